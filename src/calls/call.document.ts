import { formatDay, formatInstant } from '../shared/dates.js';
import { list } from '../shared/words.js';
import { paragraphs, type Block, type Document } from '../platform/documents/document.js';
import { formatDays } from './call.rules.js';
import { toCard, type CallDetail, type QuestionChange } from './calls.queries.js';
import { targetWords, type CriterionKind } from './criterion.rules.js';
import { askedWords } from './question.rules.js';

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
    ...lookedFor(call),
    { kind: 'heading', level: 2, text: 'Time and pay' },
    { kind: 'paragraph', text: `${time}. You are paid ${pay}.` },
    ...paragraphs(call.paymentNotes ?? ''),
    { kind: 'paragraph', text: 'Payment may affect benefits. Before you accept any money, we tell you where to get independent advice. You can also say no to the money and still take part.' },
    { kind: 'heading', level: 2, text: 'What we arrange for everybody' },
    { kind: 'paragraph', text: 'Step-free rooms, a hearing loop, captions and breaks. You get papers and questions five working days before. Tell us what else you need when you apply. It costs you nothing. It plays no part in who is chosen, and the people who choose do not see it.' },
    { kind: 'heading', level: 2, text: 'What we will ask you' },
    { kind: 'list', ordered: true, items: call.questions.map((question) => `${question.text} (${askedWords(question)})`) },
    ...mended(call.changes),
    { kind: 'heading', level: 2, text: 'Who decided this call' },
    { kind: 'paragraph', text: whoDecided(call) },
  ];
}

/** By what people are chosen, and what the group hopes for. */
function lookedFor({ criteria, targets }: CallDetail): Block[] {
  const of = (wanted: CriterionKind) => criteria.filter(({ kind }) => kind === wanted)
    .map(({ label, description }) => (description ? `${label}. ${description}` : label));
  const blocks: Block[] = [];
  for (const [kind, words] of [['essential', 'Essential (this means we need it):'], ['desirable', 'Desirable (this means it helps):']] as const) {
    if (of(kind).length > 0) blocks.push({ kind: 'paragraph', text: words }, { kind: 'list', ordered: false, items: of(kind) });
  }
  if (blocks.length > 0) blocks.unshift({ kind: 'heading', level: 2, text: 'What we look for' });
  if (targets.length > 0) {
    blocks.push(
      { kind: 'heading', level: 2, text: 'What we hope for in the group' },
      { kind: 'list', ordered: false, items: targets.map((target) => `We hope that ${targetWords(target)}.`) },
      { kind: 'paragraph', text: 'These are hopes. They rank nobody and refuse nobody.' },
    );
  }
  return blocks;
}

/** What was changed since it is public; the page says too that nothing else was. */
function mended(changes: readonly QuestionChange[]): Block[] {
  if (changes.length === 0) return [];
  return [
    ...changes.map(({ on, before, text }): Block => ({
      kind: 'paragraph',
      text: text === null ? `On ${formatDay(on)} we left out the question “${before}”` : `On ${formatDay(on)} we changed the words of a question. Before, it was: “${before}”`,
    })),
    { kind: 'paragraph', text: 'Nothing else has changed since this was published. What people sent before counts the same.' },
  ];
}

/** Power shown: who decided it, or why no Disabled resident did. */
export function whoDecided({ coDeciders, noCoDeciderReason, maker, approver }: Pick<CallDetail, 'coDeciders' | 'noCoDeciderReason' | 'maker' | 'approver'>): string {
  const second = approver ? ` ${approver} approved it.` : '';
  if (coDeciders.length > 0) {
    const who = coDeciders.length === 1 ? `${coDeciders[0]!}, a Disabled resident,` : `${list(coDeciders)}, Disabled residents,`;
    return `${who} decided this call together with ${maker ? `${maker} from the council` : 'the council'}.${second}`;
  }
  return noCoDeciderReason ? `No Disabled resident decided this call with the council. This is why: ${noCoDeciderReason}${second}` : 'It is not decided yet.';
}
