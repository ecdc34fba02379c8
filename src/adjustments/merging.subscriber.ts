import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock.js';
import { EventBus } from '../platform/event-bus.js';
import type { Events } from '../events/events.js';
import { MergeMoves, type Movable } from '../people/merge-moves.service.js';
import { openStates } from './arrangement.rules.js';
import { ArrangingService, lockNeeds } from './arranging.service.js';

const needs: Movable = { table: 'access_need', column: 'person_id', what: 'what they need', state: `concat(removed_at is not null, own_words)` };
const participations: Movable = { table: 'participation', column: 'person_id', what: 'an arrangement', state: `concat(occasion_id, ' ', ended_at)` };
const ended: Movable = { table: 'participation', column: 'ended_at', type: 'timestamptz', what: 'an arrangement', state: `coalesce(occasion_id::text, '')` };
const owners: Movable = { table: 'arrangement', column: 'person_id', what: 'an arrangement', state: 'state' };
const neededFor: Movable = { table: 'arrangement', column: 'need_id', what: 'an arrangement', state: 'state' };
const callBacks: Movable = { table: 'needs_call_back', column: 'person_id', what: 'a call back', state: 'done_at is not null' };

const parts: Movable = { table: 'access_profile_part', column: 'person_id', what: 'what helps them', state: `concat(removed_at is not null, words)` };
const checks: Movable = { table: 'access_check', column: 'person_id', what: 'a question about what they need', state: `''` };

const agreements: Movable = { table: 'date_agreement', column: 'person_id', what: 'a date they agreed to', state: `concat(denied_at is not null, settled_at is not null)` };

/** Needs add up. What is arranged goes on, for the place it was for; what stands twice for one call rests with the application it was for. */
@Injectable()
export class AdjustmentsMerging implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly moves: MergeMoves,
    private readonly arranging: ArrangingService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.hear('person.merged', (tx, merge) => this.merge(tx, merge));
    this.bus.hear('application.rested', (tx, rested) => this.rest(tx, rested));
    this.bus.hear('application.moved', (tx, { mergeId, callId, personId, fromPersonId }) =>
      this.follow(tx, mergeId, fromPersonId, personId, { sql: 'x.call_id = $2 and x.sitting_on is null', value: callId }));
    this.bus.hear('person.joined-up', (tx, { personId }) => this.arranging.askEverywhere(tx, personId));
    this.bus.hear('person.unmerged', (tx, merge) => this.undo(tx, merge));
  }

  private async merge(tx: EntityManager, { mergeId, survivorId, mergedId }: Events['person.merged']): Promise<void> {
    for (const personId of [survivorId, mergedId].sort()) await lockNeeds(tx, personId);
    const moving = await ids(tx,
      `select n.id from access_need n where n.person_id = $1 and n.removed_at is null and not exists (
         select from access_need s where s.person_id = $2 and s.kind_code = n.kind_code and s.removed_at is null) order by n.id`, [mergedId, survivorId]);
    await this.moves.move(tx, mergeId, needs, moving, mergedId, survivorId);
    const waiting = await ids(tx,
      `select b.id from needs_call_back b where b.person_id = $1 and b.done_at is null and not exists (
         select from needs_call_back s where s.person_id = $2 and s.done_at is null)`, [mergedId, survivorId]);
    await this.moves.move(tx, mergeId, callBacks, waiting, mergedId, survivorId);
    // In their own words, the survivor's go first; the merged record keeps its own for an undo.
    const told = await ids(tx,
      `select p.id from access_profile_part p where p.person_id = $1 and p.removed_at is null and not exists (
         select from access_profile_part s where s.person_id = $2 and s.part = p.part and s.removed_at is null) order by p.id`, [mergedId, survivorId]);
    await this.moves.move(tx, mergeId, parts, told, mergedId, survivorId);
    const asked = await ids(tx,
      `select c.id from access_check c where c.person_id = $1 and (c.participation_id is not null or c.answer is not null or not exists (
         select from access_check s where s.person_id = $2 and s.participation_id is null and s.answer is null)) order by c.id`, [mergedId, survivorId]);
    await this.moves.move(tx, mergeId, checks, asked, mergedId, survivorId);
    // Dates that leave little time: what the one said yes to, or not, is read where they go on.
    const agreed = await ids(tx,
      `select d.id from date_agreement d where d.person_id = $1 and d.recorded_by <> $2 and not exists (
         select from date_agreement s where s.person_id = $2 and s.occasion_id = d.occasion_id) order by d.id`, [mergedId, survivorId]);
    await this.moves.move(tx, mergeId, agreements, agreed, mergedId, survivorId);
    await this.follow(tx, mergeId, mergedId, survivorId, { sql: 'x.call_id is null and $2::uuid is null', value: null });
    // Whoever sat on one panel under both records needs each thing there once.
    await this.follow(tx, mergeId, mergedId, survivorId, {
      sql: `x.sitting_on is not null and not exists (
        select from participation s where s.person_id = $2 and s.call_id = x.call_id and s.sitting_on = x.sitting_on and s.ended_at is null)`,
      value: survivorId,
    });
  }

  /** The survivor's own application rests: what was arranged for it rests with the merged record, which nobody works on. */
  private async rest(tx: EntityManager, { mergeId, callId, personId, mergedId }: Events['application.rested']): Promise<void> {
    if (personId === mergedId) return;
    const live = await ids(tx, `select id from participation where person_id = $1 and call_id = $2 and sitting_on is null and ended_at is null`, [personId, callId]);
    await this.moves.move(tx, mergeId, ended, live, null, this.clock.now().toISOString());
    const open = await ids(tx, `select id from arrangement where person_id = $1 and call_id = $2 and sitting_on is null and state = any($3) order by id`, [personId, callId, openStates]);
    await this.moves.move(tx, mergeId, owners, open, personId, mergedId);
  }

  private async follow(tx: EntityManager, mergeId: string, from: string, to: string, place: { sql: string; value: string | null }): Promise<void> {
    const live = await ids(tx, `select x.id from participation x where x.person_id = $1 and ${place.sql} and x.ended_at is null order by x.id`, [from, place.value]);
    const open = await tx.query<{ id: string; needId: string; sameNeed: string | null }[]>(
      `select x.id, x.need_id as "needId", (select n.id from access_need n where n.person_id = $4 and n.kind_code = x.kind_code and n.removed_at is null) as "sameNeed"
       from arrangement x where x.person_id = $1 and ${place.sql} and x.state = any($3) and not exists (
         select from merge_move m where m.merge_id = $5 and m.table_name = 'arrangement' and m.row_id = x.id) order by x.id`, [from, place.value, openStates, to, mergeId]);
    await this.moves.move(tx, mergeId, participations, live, from, to);
    for (const { id, needId, sameNeed } of open) {
      if (sameNeed && sameNeed !== needId) await this.moves.move(tx, mergeId, neededFor, [id], needId, sameNeed);
    }
    await this.moves.move(tx, mergeId, owners, open.map(({ id }) => id), from, to);
  }

  private async undo(tx: EntityManager, { mergeId, survivorId, mergedId }: Events['person.unmerged']): Promise<void> {
    for (const personId of [survivorId, mergedId].sort()) await lockNeeds(tx, personId);
    await this.moves.back(tx, mergeId, [owners, neededFor]);
    await this.moves.back(tx, mergeId, [participations, ended]);
    await this.moves.back(tx, mergeId, [needs]);
    await this.moves.back(tx, mergeId, [callBacks]);
    await this.moves.back(tx, mergeId, [agreements]);
    await this.moves.back(tx, mergeId, [parts]);
    await this.moves.back(tx, mergeId, [checks]);
    // Asked for the survivor because of a need that was never theirs.
    const strange = await ids(tx,
      `select distinct a.need_id as id from arrangement a join access_need n on n.id = a.need_id
       where a.person_id = $1 and n.person_id = $2 and a.state = any($3)`, [survivorId, mergedId, openStates]);
    for (const needId of strange) await this.arranging.withdrawNeedOf(tx, needId, survivorId);
  }
}

async function ids(tx: EntityManager, sql: string, values: unknown[]): Promise<string[]> {
  return (await tx.query<{ id: string }[]>(sql, values)).map(({ id }) => id);
}
