import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventName, Events } from '../events/events.js';
import type { CalendarEntry } from './calendar.js';

/** Somebody we know, by their own choice of channel; or just an address, as at sign-in. */
export type Recipient = { personId: string } | { kind: 'email' | 'phone'; value: string };

/**
 * What a message says. Plain words, no adjustment, no bank detail, no group name that tells
 * that somebody is Disabled: subjects and texts use neutral short names.
 */
export interface Words {
  /** Of the email. */
  subject: string;
  /** Paragraphs of the email. The greeting and the ways to get help are added. */
  paragraphs: string[];
  /** A supporter's copy has these instead, where it may say less. */
  copyParagraphs?: string[];
  /** The whole text message, without the link. */
  text: string;
  /** Says nothing of anybody's affairs, so it goes as it is to an address that others read. */
  forAll?: boolean;
  /** Where to go next, as a path of ours. */
  link?: { words: string; path: string };
  /** For the person's own calendar: attached to the email, and only to theirs. */
  calendar?: CalendarEntry | null;
  /** Where these messages are stopped with one press, for those that nobody needs: a path that answers RFC 8058 too. */
  unsubscribe?: { path: string };
}

export interface MessageDefinition<N extends EventName> {
  /** Its name for life, such as 'application-received'. */
  template: string;
  on: N;
  /** Somebody waits for it at their screen: it goes before all others. */
  urgent?: boolean;
  /** That it goes to somebody tells of an adjustment: only an access co-ordinator may say it for us. */
  tellsOfAdjustment?: boolean;
  /** A supporter who gets messages too has a copy, once the person themselves has been told. */
  supportersToo?: boolean;
  recipients(payload: Events[N]): Promise<Recipient[]> | Recipient[];
  /** Whether it is still true at the time of sending; without it, always. */
  holds?(payload: Events[N]): Promise<boolean>;
  /** Whether this one still wants it at the time of sending; without it, yes. */
  wanted?(payload: Events[N], recipient: Recipient): Promise<boolean>;
  /** Made from ids at the time of sending. */
  words(payload: Events[N], recipient: Recipient): Promise<Words>;
  /** In the transaction that marks the message as sent. */
  whenSent?(tx: EntityManager, payload: Events[N]): Promise<void>;
}

/** The port through which each capability says what its messages are. */
@Injectable()
export class MessageCatalogue {
  private readonly definitions = new Map<string, MessageDefinition<EventName>>();

  define<N extends EventName>(definition: MessageDefinition<N>): void {
    if (this.definitions.has(definition.template)) throw new Error(`message ${definition.template} is defined twice`);
    this.definitions.set(definition.template, definition);
  }

  all(): MessageDefinition<EventName>[] {
    return [...this.definitions.values()];
  }

  /** Messages that only access co-ordinators may say. */
  tellingOfAdjustments(): string[] {
    return this.all().filter((definition) => definition.tellsOfAdjustment).map(({ template }) => template);
  }

  get(template: string): MessageDefinition<EventName> {
    const definition = this.definitions.get(template);
    if (!definition) throw new Error(`no message ${template}`);
    return definition;
  }
}
