import { formatDay, formatInstant, formatSpan, londonDay } from '../shared/dates.js';
import { list } from '../shared/words.js';
import type { Words } from '../platform/messages.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { paragraphsOf } from '../choosing/draft.rules.js';
import type { BookingDetail } from './interviews.queries.js';

/** What a message about a time says it from: of a booking, or of one that is to be made. */
export type BookingFacts = Pick<BookingDetail,
  'applicationId' | 'startsAt' | 'endsAt' | 'format' | 'roomName' | 'roomDetails' | 'joiningDetails' | 'panel' | 'agreedAt' | 'agreeBy' | 'confirmedAt' | 'note'>;

// That something is still to be arranged is for the person alone: a supporter's copy leaves it out.
const WAITS = 'We hold this time for you, and confirm it as soon as everything is ready. You need do nothing.';
const CHANGE = 'If the time does not work any more, change it or give it back on your page. You can do that until it starts.';

function facts(booking: BookingFacts): string[] {
  return [
    `When: ${formatSpan(booking.startsAt, booking.endsAt)}.`,
    `How: ${howToJoin(booking)}`,
    `You will meet ${list(booking.panel)}.`,
  ];
}

/** What a lead wrote before the time was told, in paragraphs. */
function note({ note: written }: BookingFacts): string[] {
  return written ? paragraphsOf(written) : [];
}

function noteText(booking: BookingFacts): string {
  return note(booking).map((paragraph) => ` ${paragraph}`).join('');
}

export function booked(booking: BookingFacts, shortName: string): Words {
  const news = [`Your interview for ${shortName} is booked.`, ...facts(booking)];
  const copyParagraphs = [...news, `What happens next: come on the day. ${CHANGE}`];
  return {
    subject: `Your interview: ${shortName}, ${formatDay(londonDay(booking.startsAt))}`,
    paragraphs: booking.confirmedAt ? copyParagraphs : [...news, `What happens next: ${WAITS} ${CHANGE}`],
    copyParagraphs,
    text: `Your interview for ${shortName}: ${formatSpan(booking.startsAt, booking.endsAt)}. ${howToJoin(booking)}`,
    link: { words: 'See or change your interview', path: applicationPaths.one(booking.applicationId) },
  };
}

export function held(booking: BookingFacts, shortName: string): Words {
  const answer = booking.agreedAt ? [] : [`Does this time work? Please tell us by ${formatDay(booking.agreeBy!)}.`];
  return {
    subject: `Does this time work? ${shortName}, ${formatDay(londonDay(booking.startsAt))}`,
    paragraphs: [
      `We hold a time for your interview for ${shortName}.`,
      ...facts(booking), ...note(booking), ...answer,
      'On your page you can say yes, choose another time, or say that none of them work. You can also call or text us.',
    ],
    text: `Your interview for ${shortName}: ${formatSpan(booking.startsAt, booking.endsAt)}. ${howToJoin(booking)}${
      booking.agreedAt ? '' : ` Does this time work? Reply YES or NO by ${formatDay(booking.agreeBy!)}.`}${noteText(booking)}`,
    link: { words: 'Say whether it works', path: applicationPaths.one(booking.applicationId) },
  };
}

export function moved(booking: BookingFacts, shortName: string, before: Date): Words {
  const question = booking.agreedAt ? CHANGE : `Does this time work? Please tell us by ${formatDay(booking.agreeBy!)}. On your page you can say yes, choose another time, or say that none of them work.`;
  const waits = booking.agreedAt !== null && booking.confirmedAt === null;
  const news = [`Your interview for ${shortName} has a new time.`, `It was: ${formatInstant(before)}.`, ...facts(booking), ...note(booking)];
  return {
    subject: `New time for your interview: ${shortName}`,
    paragraphs: [...news, waits ? `${WAITS} ${CHANGE}` : question],
    copyParagraphs: [...news, question],
    text: `Your interview for ${shortName} has a new time: ${formatSpan(booking.startsAt, booking.endsAt)}. ${howToJoin(booking)} It was ${formatInstant(before)}.${
      booking.agreedAt ? '' : ' Does this time work? Reply YES or NO.'}${noteText(booking)}`,
    link: { words: 'See or change your interview', path: applicationPaths.one(booking.applicationId) },
  };
}

export function confirmed(booking: BookingFacts, shortName: string): Words {
  return {
    subject: `Your interview is confirmed: ${shortName}`,
    paragraphs: [`Your interview for ${shortName} is confirmed.`, ...facts(booking), `What happens next: come on the day. ${CHANGE}`],
    text: `Your interview for ${shortName} is confirmed: ${formatSpan(booking.startsAt, booking.endsAt)}. ${howToJoin(booking)}`,
    link: { words: 'See or change your interview', path: applicationPaths.one(booking.applicationId) },
  };
}

/** Where a visit goes is on nobody's message: they know where they live. */
function howToJoin({ format, roomName, roomDetails, joiningDetails }: BookingFacts): string {
  if (format === 'home_visit') return 'We come to you.';
  const place = format === 'in_person' ? [roomName, roomDetails, joiningDetails]
    : [format === 'phone' ? 'By phone' : 'By video', joiningDetails];
  return place.filter((part) => part !== null).map((part) => part.replace(/\.$/, '')).join('. ') + '.';
}
