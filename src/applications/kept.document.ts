import { formatInstant } from '../shared/dates.js';
import { paragraphs, type Block, type Document } from '../platform/documents/document.js';
import type { OwnApplication } from './applications.queries.js';

/** What somebody wrote and did not send, in the order of the form. */
export function writtenAnswers(application: OwnApplication): { question: string; text: string }[] {
  const texts = new Map(application.answers.map(({ questionId, text }) => [questionId, text]));
  return application.questions.flatMap(({ id, text }) => (texts.get(id) ? [{ question: text, text: texts.get(id)! }] : []));
}

/** A draft to keep on one's own computer. */
export function keptDocument(application: OwnApplication, sendBefore: Date): Document {
  const { name, postcode, reference, callTitle } = application;
  const answers = writtenAnswers(application);
  return {
    title: `What you wrote: ${callTitle}`,
    blocks: [
      { kind: 'facts', rows: [['Reference', reference], ['Closed', formatInstant(sendBefore)], ['Name', name ?? 'Not filled in'], ['Postcode', postcode ?? 'Not filled in']] },
      ...answers.flatMap(({ question, text }): Block[] => [{ kind: 'heading', level: 2, text: question }, ...paragraphs(text)]),
      ...(answers.length === 0 ? [{ kind: 'paragraph', text: 'You had not answered a question yet.' } satisfies Block] : []),
      { kind: 'paragraph', text: 'This was not sent. You can use your words again another time.' },
    ],
  };
}
