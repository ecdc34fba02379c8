import { formatDay, formatInstant } from '../shared/dates.js';
import { paragraphs, type Block, type Document } from '../platform/documents/document.js';
import { formatDays } from './call.rules.js';
import { toCard, type CallDetail } from './calls.queries.js';

/** A call as a document; the page, large print, Word, PDF and plain text say the same words. */
export function callDocument(call: CallDetail, help: { phone: string; textNumber: string; email: string }, address: string): Document {
  const { pay, time, places, closesAt } = toCard(call);
  return {
    title: call.title,
    blocks: [
      { kind: 'paragraph', text: call.summary },
      {
        kind: 'facts',
        rows: [
          ['Closes', formatInstant(closesAt)], ['You are paid', pay], ['Time', time], ['Places', places],
          ['Interviews', formatDays(call.interviewsFrom, call.interviewsTo)], ['First meeting', formatDay(call.firstMeetingOn)],
        ],
      },
      ...callBody(call),
      { kind: 'heading', level: 2, text: 'How to apply' },
      { kind: 'paragraph', text: `On the web: ${address}` },
      { kind: 'paragraph', text: `In any other way: call ${help.phone}, text ${help.textNumber}, or email ${help.email}. It counts the same.` },
    ],
  };
}

/** What stands under the facts, on the page too. */
export function callBody(call: CallDetail): Block[] {
  const { pay, time } = toCard(call);
  return [
    { kind: 'heading', level: 2, text: 'What you would do' },
    ...paragraphs(call.whatYouWouldDo),
    { kind: 'heading', level: 2, text: 'Who we are looking for' },
    ...paragraphs(call.whoWeAreLookingFor),
    { kind: 'heading', level: 2, text: 'Time and pay' },
    { kind: 'paragraph', text: `${time}. You are paid ${pay}.` },
    ...paragraphs(call.paymentNotes ?? ''),
    { kind: 'paragraph', text: 'Payment may affect benefits. Before you accept any money, we tell you where to get independent advice. You can also say no to the money and still take part.' },
    { kind: 'heading', level: 2, text: 'What we arrange for everybody' },
    { kind: 'paragraph', text: 'Step-free rooms, a hearing loop, captions and breaks. You get papers and questions five working days before. Tell us what else you need when you apply. It costs you nothing. It plays no part in who is chosen, and the people who choose do not see it.' },
    { kind: 'heading', level: 2, text: 'What we will ask you' },
    {
      kind: 'list', ordered: true,
      items: call.questions.map(({ text, wordLimit, required }) => `${text} (up to ${wordLimit} words${required ? '' : '; you can leave it out'})`),
    },
  ];
}
