import type { CalendarFile } from '../platform/calendar.js';
import type { MessageChannel } from './message.rules.js';

/** A message ready to go. */
export interface Letter {
  /** Of the message: a sender that dedupes does so by this. */
  id: string;
  channel: MessageChannel;
  address: string;
  /** None for a text. */
  subject: string | null;
  body: string;
  /** None for a text. */
  html: string | null;
  /** Where these messages are stopped, for a mail program's own button; null where they can't be. */
  unsubscribeUrl: string | null;
  /** Attached to an email, so that it can be put into a calendar. */
  calendar: CalendarFile | null;
}

/**
 * Hands a letter over to whoever carries it. `repeatable` says that handing it over twice delivers it once.
 * Throws `NotSent` when the letter is known not to have gone; after any other error nobody knows.
 */
export interface Sender {
  readonly repeatable: boolean;
  send(letter: Letter): Promise<{ reference: string }>;
}

export class NotSent extends Error {
  override readonly name = 'NotSent';

  /** `reason` is kept and shown to staff in words; `forGood` says that trying again is no use. */
  constructor(readonly reason: string, readonly forGood = false) {
    super(reason);
  }
}
