import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventName, Events } from '../events/events.js';
import { PeopleQueries } from '../people/people.queries.js';
import { SupportersQueries } from '../people/supporters.queries.js';
import { MessageCatalogue, type Recipient, type Words } from '../platform/messages.js';
import { WritingService } from './writing.service.js';

export interface Written {
  template: string;
  payload: Events[EventName];
  outboxId: string;
  personId: string | null;
  copyFor: string | null;
}

/** What a message says to its recipient, and what follows once they have been told, however that was. */
@Injectable()
export class ToldService {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly writing: WritingService,
    private readonly people: PeopleQueries,
    private readonly supporters: SupportersQueries,
  ) {}

  async words({ template, payload, copyFor }: Written, recipient: Recipient): Promise<Words> {
    const words = await this.catalogue.get(template).words(payload, copyFor ? { personId: copyFor } : recipient);
    return copyFor ? copyWords(words, (await this.people.profile(copyFor))?.name ?? null) : words;
  }

  /** A copy goes only while the person lets this supporter have it. */
  async copyHolds({ copyFor, personId }: Written): Promise<boolean> {
    return copyFor === null || (await this.supporters.copiesFor(copyFor)).some((id) => id === personId);
  }

  /** In the transaction that marks it as sent. Nobody reads a copy before the person themselves was told. */
  async follow(tx: EntityManager, { template, payload, outboxId, personId, copyFor }: Written): Promise<void> {
    if (copyFor) return;
    const { whenSent, supportersToo } = this.catalogue.get(template);
    await whenSent?.(tx, payload);
    if (!supportersToo || !personId) return;
    for (const id of await this.supporters.copiesFor(personId)) {
      await this.writing.write(tx, { template, payload, outboxId, copyFor: personId }, { personId: id });
    }
  }
}

/** A supporter's copy: it says whose message it is, and leads to their own page. */
function copyWords(words: Words, name: string | null): Words {
  const who = name ?? 'somebody you help';
  return {
    subject: `A copy for you: ${words.subject}`,
    paragraphs: [`You get this copy because you help ${who}. This is what we told them:`, ...(words.copyParagraphs ?? words.paragraphs)],
    text: `A copy, because you help ${who}: ${words.text}`,
    link: { words: 'See the people you help', path: '/my' },
  };
}
