import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isDaytime } from '../shared/dates.js';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { isDueAgain } from './profile.rules.js';

export type CheckAnswer = 'right' | 'changed';

/** Where somebody takes part, at a time that is known. */
interface Event {
  id: string;
  personId: string;
  occasionId: string | null;
  sittingOn: string | null;
  neededBy: string;
}

const LAST_TOLD = {
  name: 'access-last-told',
  text: `select p.id as "personId", greatest(
           (select max(greatest(n.created_at, n.removed_at)) from access_need n where n.person_id = p.id),
           (select max(x.updated_at) from access_profile_part x where x.person_id = p.id),
           (select max(greatest(c.asked_at, c.answered_at)) from access_check c where c.person_id = p.id and (c.participation_id is null or c.answer is not null))
         ) as "toldAt"
         from person p where p.merged_into is null and ($1::uuid is null or p.id = $1) and (
           exists (select from access_need n where n.person_id = p.id and n.removed_at is null)
           or exists (select from access_profile_part x where x.person_id = p.id and x.removed_at is null))
         and not exists (select from access_check c where c.person_id = p.id and c.participation_id is null and c.answer is null)`,
};

/** "Still right?": once for each event, and once a year. What was valid for an event stays with it. */
@Injectable()
export class ChecksService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  /** When and where is known. Somebody who told us nothing is asked nothing. */
  async eventKnown(tx: EntityManager, event: Event): Promise<void> {
    if (!isEvent(event) || event.neededBy < this.clock.today()) return;
    await this.keep(tx, event);
    const [told] = await tx.query<unknown[]>(
      `select 1 where exists (select from access_need where person_id = $1 and removed_at is null)
         or exists (select from access_profile_part where person_id = $1 and removed_at is null)`, [event.personId]);
    if (told) await this.ask(tx, event.personId, event.id, event.occasionId);
  }

  /** They told us something else: what is to come goes by that. */
  async told(tx: EntityManager, personId: string): Promise<void> {
    const events = await tx.query<Event[]>(
      `select id, person_id as "personId", occasion_id as "occasionId", sitting_on::text as "sittingOn", needed_by::text as "neededBy"
       from participation where person_id = $1 and ended_at is null and needed_by >= $2 and (occasion_id is not null or sitting_on is not null) order by id`,
      [personId, this.clock.today()]);
    for (const event of events) await this.keep(tx, event);
  }

  /** Saying so twice is saying it once. Throws `NotFound`. */
  async answer(actor: Actor, checkId: string, answer: CheckAnswer): Promise<void> {
    await this.database.transaction(async (tx) => {
      const personId = subjectOf(actor);
      const [check] = await tx.query<{ personId: string; answer: CheckAnswer | null }[]>(
        `select person_id as "personId", answer from access_check where id = $1 for update`, [checkId]);
      if (!check || check.personId !== personId) throw new NotFound();
      if (check.answer === answer || check.answer === 'changed') return;
      await tx.query(`update access_check set answer = $2, answered_at = $3, answered_by = $4 where id = $1`, [checkId, answer, this.clock.now(), actor.personId]);
      await this.told(tx, personId);
      await this.audit.record(tx, actor, 'access-needs.checked', { type: 'person', id: personId }, { answer });
    });
  }

  /** Everybody who has not been asked for so long. */
  async askYearly(): Promise<void> {
    if (!isDaytime(this.clock.now())) return;
    const months = (await this.settings.current())['adjustments.review-months'];
    const isDue = ({ toldAt }: { toldAt: Date }) => isDueAgain(toldAt, this.clock.today(), months);
    const rows = await this.database.rows<{ personId: string; toldAt: Date }>(LAST_TOLD, [null]);
    for (const { personId } of rows.filter(isDue)) {
      await this.database.transaction(async (tx) => {
        await tx.query(`select from person where id = $1 for no key update`, [personId]);
        const [again] = await this.database.rows<{ personId: string; toldAt: Date }>(LAST_TOLD, [personId]);
        if (again && isDue(again)) await this.ask(tx, personId, null, null);
      });
    }
  }

  private async ask(tx: EntityManager, personId: string, participationId: string | null, occasionId: string | null): Promise<void> {
    const [check] = await tx.query<{ id: string }[]>(
      `insert into access_check (id, person_id, participation_id, occasion_id, asked_at) values ($1, $2, $3, $4, $5) on conflict do nothing returning id`,
      [newId(), personId, participationId, occasionId, this.clock.now()]);
    if (!check) return;
    await this.audit.record(tx, null, 'access-needs.check-asked', { type: 'person', id: personId });
    await this.bus.emit(tx, 'access.check-asked', { checkId: check.id, personId });
  }

  /** What is valid now, unless the same is kept already. */
  private async keep(tx: EntityManager, { id, personId, occasionId }: Event): Promise<void> {
    await tx.query(
      `insert into access_snapshot (id, participation_id, occasion_id, taken_at, content)
       select $1, $2, $3, $4, access_requirements_of($5) where access_requirements_of($5) is distinct from (
         select s.content from access_snapshot s where s.participation_id = $2 and s.occasion_id is not distinct from $3::uuid order by s.taken_at desc, s.id desc limit 1)`,
      [newId(), id, occasionId, this.clock.now(), personId]);
  }
}

function isEvent({ occasionId, sittingOn }: Event): boolean {
  return occasionId !== null || sittingOn !== null;
}
