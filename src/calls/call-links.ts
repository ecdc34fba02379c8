import { londonDay } from '../shared/dates.js';
import { may, type Actor } from '../platform/actor.js';
import { equalityPaths } from '../applications/equality.paths.js';
import { choosingPaths } from '../choosing/choosing.paths.js';
import { reviewPaths } from '../choosing/reviews.paths.js';
import { interviewPaths } from '../interviews/interviews.paths.js';
import { peoplePaths } from '../people/people.paths.js';
import { canCancel, canCloseEarly, canEdit, canMendQuestion } from './call.rules.js';
import { callPaths } from './calls.paths.js';
import type { CallDetail } from './calls.queries.js';

interface Link {
  text: string;
  href: string;
}

type Entry = [shown: boolean, text: string, href: string];

/** What leads from a call to its work, in the order of its life: only what the reader may do, and what there is at this stage. */
export function callLinks(actor: Actor, call: CallDetail, now: Date): { heading: string; links: Link[] }[] {
  const { id, stage } = call;
  const writes = may(actor, 'call.write');
  const reads = may(actor, 'application.read') && call.publishedAt !== null;
  const begun = stage === 'open' || stage === 'closed';
  const edits = writes && canEdit(call).ok;
  const parts: [string, Entry[]][] = [
    ['The call', [
      [!edits && stage !== 'ready', 'See it as residents do', callPaths.preview(id)],
      [!edits, 'See its checklist', callPaths.checklist(id)],
      [writes && canMendQuestion(call, now).ok, 'Correct the words of a question', callPaths.questions(id)],
      [true, 'Easy Read, BSL, audio and other versions', callPaths.versions(id)],
    ]],
    ['Reaching people', [
      [writes && stage !== 'cancelled', 'Links and posters, and how many come by them', callPaths.channels(id)],
      [stage === 'open' && may(actor, 'application.enter'), 'Enter an application for somebody', peoplePaths.people(`/opportunities/${call.slug}/apply`)],
    ]],
    ['Applications and review', [
      [reads && (begun || stage === 'cancelled'), 'See the applications', choosingPaths.list(id)],
      [may(actor, 'review.prepare') && call.publishedAt !== null && stage !== 'cancelled', 'Review of applications', reviewPaths.manage(id)],
      [reads && may(actor, 'review.read') && begun, 'Scores', reviewPaths.dashboard(id)],
    ]],
    ['Deciding', [
      [reads && begun, 'Pending decisions', choosingPaths.pendingOfCall(id)],
      [reads && begun, 'Messages to send', choosingPaths.messagesOfCall(id)],
    ]],
    ['Interviews', [
      [may(actor, 'interview.read') && call.publishedAt !== null && stage !== 'cancelled', 'Interview times', `${interviewPaths.list()}?call=${id}`],
      [may(actor, 'interpreter.hold') && call.publishedAt !== null && stage !== 'cancelled', 'Interpreters kept free for interviews', callPaths.interpreters(id)],
    ]],
    ['The whole group', [
      [reads && begun, 'Who is missing', choosingPaths.composition(id)],
      [may(actor, 'equality.report') && begun && call.interviewsFrom <= londonDay(now), 'Equality of those who applied', equalityPaths.ofCall(id)],
    ]],
    ['Ending it', [
      [writes && canCloseEarly(call, now).ok, 'Close it early', callPaths.closure(id)],
      [writes && canCancel(call).ok, 'Cancel it', callPaths.cancellation(id)],
    ]],
  ];
  return parts
    .map(([heading, entries]) => ({ heading, links: entries.filter(([shown]) => shown).map(([, text, href]) => ({ text, href })) }))
    .filter(({ links }) => links.length > 0);
}
