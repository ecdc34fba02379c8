import { formatDay, formatTime } from '../shared/dates.js';
import type { Block, Document } from '../platform/documents/document.js';
import { formatNames } from '../diary/diary.rules.js';
import { runningOrder } from './interview-day.rules.js';
import type { SheetSitting } from './interview-days.service.js';

/** Until the day itself, the sheet leaves out what to do for people. */
export const EARLY = 'On the day itself, this sheet also says what to do for people. Open it again that day, and print it then.';

/** A panel's day to print in any size, or to read in any program. */
export function dayDocument(day: string, today: string, sittings: readonly SheetSitting[]): Document {
  const early: Block[] = day > today && sittings.length > 0 ? [{ kind: 'paragraph', text: EARLY }] : [];
  return { title: `Interviews on ${formatDay(day)}`, blocks: [...early, ...sittings.flatMap(sittingBlocks)] };
}

function sittingBlocks({ callTitle, format, roomName, roomDetails, startsAt, endsAt, panel, slots, questions }: SheetSitting): Block[] {
  return [
    { kind: 'heading', level: 2, text: `${callTitle}, ${formatTime(startsAt)} to ${formatTime(endsAt)}` },
    {
      kind: 'facts',
      rows: [
        ['Where', roomName ? [roomName, roomDetails].filter(Boolean).join('. ') : formatNames[format]] as const,
        ['Panel', panel.join(', ')] as const,
      ],
    },
    ...runningOrder(slots).flatMap((item): Block[] => {
      if (item.kind === 'break') return [{ kind: 'paragraph', text: `${formatTime(item.startsAt)} to ${formatTime(item.endsAt)}: break` }];
      const { slot } = item;
      return [
        { kind: 'heading', level: 3, text: `${formatTime(slot.startsAt)} to ${formatTime(slot.endsAt)}: ${slot.person ?? 'nobody has booked'}` },
        ...(slot.person && slot.joiningDetails ? [{ kind: 'paragraph' as const, text: slot.joiningDetails }] : []),
        ...(slot.toDo.length > 0 ? [{ kind: 'list' as const, ordered: false, items: slot.toDo }] : []),
      ];
    }),
    ...(questions.length > 0 ? [{ kind: 'heading' as const, level: 3 as const, text: 'Questions asked to everybody' }, { kind: 'list' as const, ordered: true, items: questions }] : []),
  ];
}
