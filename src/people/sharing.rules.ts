import { allowed, refused, type Outcome } from '../shared/result.js';

export const SECOND_STEP_MINUTES = 15;
export const SPOKEN_CODE_MINUTES = 15;
export const SECOND_STEP_TRIES = 5;

/** "Amina Y.": enough for those at home to know whom we mean, and no more. */
export function shownName(name: string): string {
  const [first = '', ...others] = name.trim().split(/\s+/);
  const initial = [...others.at(-1) ?? ''][0];
  return initial ? `${first} ${initial.toUpperCase()}.` : first;
}

export interface Sharer {
  id: string;
  name: string | null;
}

/** The people of a shared address, as they are shown to whoever reads it. Those alike are told apart by who came first. */
export function whoItMayBe(sharers: readonly Sharer[]): { id: string; shown: string }[] {
  const shown = sharers.map(({ id, name }) => ({ id, shown: name ? shownName(name) : 'Somebody who gave no name yet' }));
  return shown.map((one, index) => {
    const alike = shown.filter((other) => other.shown === one.shown);
    if (alike.length === 1) return one;
    const place = shown.slice(0, index + 1).filter((other) => other.shown === one.shown).length;
    return { ...one, shown: `${one.shown} (${['first', 'second', 'third'][place - 1] ?? `number ${place}`} to use this address)` };
  });
}

export interface HalfWay {
  usedAt: Date | null;
  expiresAt: Date;
  tries: number;
}

/** Whether whoever reads a shared address may still show who they are. */
export function canGoOn(step: HalfWay, now: Date): Outcome {
  if (step.usedAt || step.expiresAt <= now) return refused('This took too long, or it is done already. Start again.');
  return step.tries < SECOND_STEP_TRIES ? allowed : refused('That was the last try. Start again.');
}

export interface HeldContact {
  id: string;
  shared: boolean;
}

/** Nobody takes away the only way in they have. */
export function canRemove(contact: HeldContact, all: readonly HeldContact[]): Outcome {
  return all.some(({ id }) => id !== contact.id) ? allowed : refused('This is the only way to reach you. Add another one first.');
}

/** Where a second code goes: never to an address that others read. */
export function ownContact<T extends HeldContact>(contacts: readonly T[]): T | null {
  return contacts.find(({ shared }) => !shared) ?? null;
}
