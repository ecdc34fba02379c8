import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { MergeMoves, type Movable } from './merge-moves.service.js';
import { canMerge } from './merge.rules.js';
import { PeopleService } from './people.service.js';
import { Person } from './person.entity.js';
import type { ContactKind } from './people.rules.js';
import { Sessions } from './sessions.service.js';

export interface Merge {
  /** The new row's, so that pressing twice merges once. */
  id: string;
  survivorId: string;
  mergedId: string;
  reason: string;
  /** Call ids to the ids of the applications that stay. */
  keep: Record<string, string>;
}

const CONTACT_STATE = `concat(shared, ' ', removed_at is not null)`;
const contactOwner: Movable = { table: 'contact_point', column: 'person_id', what: 'a way to reach them', state: CONTACT_STATE };
const contactPreferred: Movable = { table: 'contact_point', column: 'preferred', type: 'boolean', what: 'a way to reach them', state: CONTACT_STATE };
// Its own change is no other change.
const contactRemoved: Movable = { table: 'contact_point', column: 'removed_at', type: 'timestamptz', what: 'a way to reach them', state: 'shared' };
const earlierMerged: Movable = { table: 'person', column: 'merged_into', what: 'another record of theirs', state: `''` };

/**
 * One person written down twice becomes one. What is live moves to the record that stays, and each move is written down;
 * what both have stays behind and rests. All of it in one transaction, and all of it can be undone.
 */
@Injectable()
export class PersonMerges {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly moves: MergeMoves,
    private readonly sessions: Sessions,
    private readonly people: PeopleService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Throws `RuleViolation` with what to do first. */
  async merge(actor: Actor, { id, survivorId, mergedId, reason, keep }: Merge): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [survivor, merged] = await this.lockBoth(tx, survivorId, mergedId);
      if ((await tx.query<unknown[]>(`select 1 from person_merge where id = $1`, [id])).length > 0) return;
      if (survivor.mergedInto || merged.mergedInto) throw new Conflict('One of them has been merged meanwhile. Look again.');
      const [merging] = await tx.query<{ hasRole: boolean; hasSupporter: boolean }[]>(
        `select exists (select from role_assignment where person_id = $1) as "hasRole",
           exists (select from supporter where $1 in (person_id, supporter_id) and ended_at is null) as "hasSupporter"`, [mergedId]);
      refuseUnless(canMerge({ actorId: actor.personId, survivorId, mergedId, mergedHasRole: merging!.hasRole, mergedHasSupporter: merging!.hasSupporter }));
      await tx.query(
        `insert into person_merge (id, survivor_id, merged_id, reason, merged_by, merged_at) values ($1, $2, $3, $4, $5, $6)`,
        [id, survivorId, mergedId, reason, actor.personId, this.clock.now()]);
      await this.moveContacts(tx, id, survivorId, mergedId);
      const earlier = await tx.findBy(Person, { mergedInto: mergedId });
      await this.moves.move(tx, id, earlierMerged, earlier.map((one) => one.id), mergedId, survivorId);
      await this.bus.emit(tx, 'person.merged', { mergeId: id, survivorId, mergedId, keep });
      await this.bus.emit(tx, 'person.joined-up', { personId: survivorId });
      await tx.update(Person, mergedId, { mergedInto: survivorId });
      await this.sessions.closeAllOf(tx, [mergedId]);
      await this.audit.record(tx, actor, 'person.merged', { type: 'person', id: survivorId }, { mergeId: id, mergedId });
    });
  }

  /** As if it had never been. Throws `RuleViolation` with what has changed since. */
  async undo(actor: Actor, mergeId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [merge] = await tx.query<{ survivorId: string; mergedId: string; undone: boolean }[]>(
        `select survivor_id as "survivorId", merged_id as "mergedId", undone_at is not null as undone from person_merge where id = $1 for update`, [mergeId]);
      if (!merge) throw new NotFound();
      if (merge.undone) return;
      const { survivorId, mergedId } = merge;
      const [survivor] = await this.lockBoth(tx, survivorId, mergedId);
      if (survivor.mergedInto) throw new RuleViolation('The record that stayed has been merged since. Undo that first.');
      await tx.update(Person, mergedId, { mergedInto: null });
      await this.bus.emit(tx, 'person.unmerged', { mergeId, survivorId, mergedId });
      await this.moves.back(tx, mergeId, [earlierMerged]);
      await this.moves.back(tx, mergeId, [contactOwner, contactPreferred, contactRemoved]);
      // Whoever is signed in now may be either of the two.
      await this.sessions.closeAllOf(tx, [survivorId, mergedId]);
      await tx.query(`update person_merge set undone_at = $2, undone_by = $3 where id = $1`, [mergeId, this.clock.now(), actor.personId]);
      await this.audit.record(tx, actor, 'person.unmerged', { type: 'person', id: survivorId }, { mergeId, mergedId });
    });
  }

  /** They look alike and are two: nobody is asked again. */
  async keepApart(actor: Actor, oneId: string, otherId: string): Promise<void> {
    const [first, second] = [oneId, otherId].sort();
    await this.database.transaction(async (tx) => {
      await this.lockBoth(tx, oneId, otherId);
      const made = await tx.query<unknown[]>(
        `insert into not_same_person (first_id, second_id, decided_by, decided_at) values ($1, $2, $3, $4) on conflict do nothing returning 1`,
        [first, second, actor.personId, this.clock.now()]);
      if (made.length > 0) await this.audit.record(tx, actor, 'person.kept-apart', { type: 'person', id: first! }, { otherId: second! });
    });
  }

  /**
   * Ways both have stay where they are; the survivor's preferred one stays the preferred one. Nobody gets into the pages of
   * somebody with a role by a merge: what one can sign in with ends, and they add it on their own pages.
   */
  private async moveContacts(tx: EntityManager, mergeId: string, survivorId: string, mergedId: string): Promise<void> {
    const all = await tx.query<{ id: string; kind: ContactKind; preferred: boolean; isTaken: boolean }[]>(
      `select c.id, c.kind, c.preferred, exists (select from contact_point s where s.person_id = $2 and s.preferred and s.removed_at is null) as "isTaken"
       from contact_point c where c.person_id = $1 and c.removed_at is null and not exists (
         select from contact_point s where s.person_id = $2 and s.kind = c.kind and s.value = c.value and s.removed_at is null)`,
      [mergedId, survivorId]);
    const ends = await this.people.hasRole(tx, survivorId) ? all.filter(({ kind }) => kind === 'email' || kind === 'phone') : [];
    await this.moves.move(tx, mergeId, contactRemoved, ends.map(({ id }) => id), null, this.clock.now().toISOString());
    const rows = all.filter((row) => !ends.includes(row));
    const notPreferred = rows.filter(({ preferred, isTaken }) => preferred && isTaken).map(({ id }) => id);
    await this.moves.move(tx, mergeId, contactPreferred, notPreferred, 'true', 'false');
    await this.moves.move(tx, mergeId, contactOwner, rows.map(({ id }) => id), mergedId, survivorId);
  }

  private async lockBoth(tx: EntityManager, firstId: string, secondId: string): Promise<[Person, Person]> {
    const both = await tx.find(Person, { where: { id: In([firstId, secondId]) }, order: { id: 'asc' }, lock: { mode: 'pessimistic_write' } });
    const first = both.find(({ id }) => id === firstId);
    const second = both.find(({ id }) => id === secondId);
    if (!first || !second || firstId === secondId) throw new NotFound();
    return [first, second];
  }
}
