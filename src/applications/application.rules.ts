import { ageOn } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';
import { answerProblem, type AskedQuestion } from '../calls/question.rules.js';

export type ApplicationState =
  | 'draft' | 'submitted' | 'shortlisted' | 'interviewing' | 'reserve' | 'not_selected'
  | 'offered' | 'accepted' | 'declined' | 'lapsed' | 'withdrawn';

/** Steps back are for undoing a decision nobody was told of, or for a cancelled interview. */
export const applicationStates = stateMachine<ApplicationState>('application', 'draft', {
  draft: ['submitted', 'withdrawn'],
  submitted: ['shortlisted', 'reserve', 'not_selected', 'withdrawn'],
  shortlisted: ['submitted', 'interviewing', 'offered', 'reserve', 'not_selected', 'withdrawn'],
  interviewing: ['shortlisted', 'offered', 'reserve', 'not_selected', 'withdrawn'],
  reserve: ['submitted', 'shortlisted', 'interviewing', 'offered', 'withdrawn'],
  not_selected: ['submitted', 'shortlisted', 'interviewing', 'withdrawn'],
  offered: ['accepted', 'declined', 'lapsed', 'withdrawn', 'shortlisted', 'interviewing', 'reserve'],
  accepted: [],
  declined: [],
  lapsed: [],
  withdrawn: [],
});

export const stateNames: Record<ApplicationState, string> = {
  draft: 'Being written',
  submitted: 'To decide',
  shortlisted: 'Shortlisted',
  interviewing: 'Interview booked',
  reserve: 'Reserve list',
  not_selected: 'Not this time',
  offered: 'Offered a place',
  accepted: 'Accepted',
  declined: 'Said no',
  lapsed: 'Lapsed',
  withdrawn: 'Withdrawn',
};

/** `told` is the last outcome they were told of: one that nobody has told them takes nothing from them. */
export function canWithdraw({ state, told }: { state: ApplicationState; told: string | null }): Outcome {
  const ended = state === 'not_selected' && told === 'not_selected';
  return !ended && applicationStates.can(state, 'withdrawn') ? allowed : refused('This application has ended already');
}

export interface Draft {
  name: string | null;
  postcode: string | null;
  accessAnswered: boolean;
  contactAnswered: boolean;
  /** How they belong to the borough; empty while not answered. */
  eligibility: readonly string[];
  /** Whether they or somebody close to them have an interest; null while not answered. */
  interestDeclared: boolean | null;
  questions: readonly AskedQuestion[];
  answers: ReadonlyMap<string, string>;
  /** The questions that a recording answers; null where one answers all. */
  recorded?: readonly (string | null)[];
}

/** Written, spoken or signed: each counts the same. */
export function isAnswered({ answers, recorded = [] }: Pick<Draft, 'answers' | 'recorded'>, questionId: string): boolean {
  return Boolean(answers.get(questionId)) || recorded.includes(questionId) || recorded.includes(null);
}

export type TaskName = 'about' | 'answers' | 'access' | 'contact';
export type TaskStatus = 'done' | 'started' | 'todo';

/** What is done of an application and what is still to do, in the order of the task list. */
export function tasks(draft: Draft): Record<TaskName, TaskStatus> {
  const missing = draft.questions.filter(({ id, required }) => required && !isAnswered(draft, id));
  const written = draft.questions.some(({ id }) => isAnswered(draft, id));
  return {
    about: [draft.name, draft.postcode, draft.eligibility.length > 0, draft.interestDeclared !== null].every(Boolean) ? 'done'
      : draft.name || draft.postcode ? 'started' : 'todo',
    answers: missing.length === 0 ? 'done' : written ? 'started' : 'todo',
    access: draft.accessAnswered ? 'done' : 'todo',
    contact: draft.contactAnswered ? 'done' : 'todo',
  };
}

const TASK_WORDS: Record<TaskName, string> = {
  about: 'Tell us about you',
  answers: 'Answer the questions',
  access: 'Tell us what you need to take part, or that you need nothing',
  contact: 'Say how to reach you',
};

/** What is not done yet, in words, in the order of the task list. */
export function partsLeft(draft: Draft): { part: TaskName; words: string }[] {
  const statuses = Object.entries(tasks(draft)) as [TaskName, TaskStatus][];
  return statuses.filter(([, status]) => status !== 'done').map(([part]) => ({ part, words: TASK_WORDS[part] }));
}

export function canSubmit(draft: Draft): Outcome {
  const left = partsLeft(draft);
  if (left.length > 0) return refused(`Before you send it: ${left.map(({ words }) => words).join('; ')}.`);
  for (const question of draft.questions) {
    const problem = answerProblem(question, draft.answers.get(question.id) ?? '', `Your answer to “${question.text}”`);
    if (problem) return refused(problem);
  }
  return allowed;
}

export interface Entry {
  readBack: boolean;
  /** The day a letter came, London. */
  receivedOn: string | null;
}

/** What staff wrote down is sent after they read it back; a letter stands for itself, and has the day it came. */
export function canEnter(channel: string, entry: Entry | null, today: string): Outcome {
  if (channel === 'post') {
    if (!entry?.receivedOn) return refused('Enter the day the letter came');
    return entry.receivedOn <= today ? allowed : refused('The letter can’t have come after today');
  }
  if (channel !== 'phone' && channel !== 'in_person') return allowed;
  return entry?.readBack ? allowed : refused('Read it back to them first, and tick that they agree');
}

const OLDEST = 120;

/** Nobody is born after today, or so long ago. */
export function canBeBorn(birthDate: string, today: string): boolean {
  return birthDate <= today && ageOn(birthDate, today) <= OLDEST;
}

/** Whether somebody has to speak with the applicant, and an adult, before anything is decided. */
export function needsAgeCheck(birthDate: string | null, today: string, adultAge: number): boolean {
  return birthDate !== null && ageOn(birthDate, today) < adultAge;
}
