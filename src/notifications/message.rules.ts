import type { ContactKind } from '../people/people.rules.js';
import { stateMachine } from '../shared/state-machine.js';

export type MessageState = 'pending' | 'sending' | 'sent' | 'cancelled' | 'uncertain' | 'failed';
/** What a sender carries by itself. */
export type MessageChannel = 'email' | 'text';
/** What a person does for us: they call, or print it and post it. */
export type ToldChannel = 'call' | 'letter';

const CHANNELS: Record<ContactKind, MessageChannel | ToldChannel> = { email: 'email', phone: 'text', call: 'call', post: 'letter' };

export function channelOf(kind: ContactKind): MessageChannel | ToldChannel {
  return CHANNELS[kind];
}

/** Uncertain and failed ones wait for a person: nothing is ever sent again blindly. */
export const messageStates = stateMachine<MessageState>('message', 'pending', {
  pending: ['sending'],
  sending: ['sent', 'pending', 'cancelled', 'failed', 'uncertain'],
  sent: [],
  cancelled: [],
  uncertain: ['sent', 'pending'],
  failed: ['sent', 'pending'],
});

/** How long a process has a message before another looks after it. */
export const LEASE_SECONDS = 30;
/** The same once it was handed over to a sender that must not get it twice: longer than any timeout of that sender. */
export const HANDED_OVER_SECONDS = 120;
export const GIVE_UP_HOURS = 72;

const FIRST_RETRY_SECONDS = 30;
const LONGEST_RETRY_SECONDS = 3600;
const JITTER = 0.2;

/** 30 seconds, doubling to an hour, up to a fifth more or less. `random` is from 0 to 1. */
export function retryAfterSeconds(attemptsBefore: number, random: number): number {
  const plain = Math.min(FIRST_RETRY_SECONDS * 2 ** attemptsBefore, LONGEST_RETRY_SECONDS);
  return Math.round(plain * (1 + JITTER * (2 * random - 1)));
}

/** Whether a message whose life has begun to be sent may be sent again when nobody knows how that ended. */
export function afterInterruption(handedOver: boolean, repeatable: boolean): MessageState {
  return !handedOver || repeatable ? 'pending' : 'uncertain';
}

/** A subject or a name with a line break could write headers of its own. */
export function isOneLine(text: string): boolean {
  return !/[\r\n]/.test(text);
}

/** What went wrong, for staff. `reason` is a code of ours, or a class of error: never somebody's words. */
export function whatWentWrong(reason: string | null): string {
  if (reason === null) return 'We do not know.';
  if (reason.startsWith('smtp-5')) return 'The email service would not take it. The address may be wrong.';
  if (reason.startsWith('smtp-4')) return 'The email service could not take it at that time.';
  return REASONS[reason] ?? 'Something went wrong on our side.';
}

const REASONS: Record<string, string> = {
  'no-texts': 'We can’t send texts from here. Call them, or write to them.',
  'not-one-line': 'A name or a title in it has a line break. Correct that first.',
  interrupted: 'We were stopped while it was being sent. It may have arrived.',
  'no-answer': 'The email service did not say if it took it. It may have arrived.',
  'no-connection': 'We could not reach the email service.',
};
