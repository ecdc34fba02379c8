import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { AccessNeed } from './access-need.entity.js';
import { ArrangingService, lockNeeds } from './arranging.service.js';
import { ChecksService } from './checks.service.js';
import { profileParts, type ProfilePart } from './profile.rules.js';

export interface NeedDetails {
  ownWords: string | null;
  /** Null: as the catalogue has it. */
  essential: boolean | null;
  extraMinutes: number | null;
  /** Names, each once. */
  prefer: readonly string[];
  refuse: readonly string[];
}

/** What somebody tells about taking part, in their own words and by their own choice. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly database: Database,
    private readonly arranging: ArrangingService,
    private readonly checks: ChecksService,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Without words it is taken back. */
  async savePart(actor: Actor, personId: string, part: ProfilePart, words: string | null, onTheDay: boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      await lockNeeds(tx, personId);
      const now = this.clock.now();
      const shown = onTheDay && profileParts[part].mayBeShown;
      const [before] = await tx.query<{ id: string }[]>(`select id from access_profile_part where person_id = $1 and part = $2 and removed_at is null`, [personId, part]);
      if (before && !words) await tx.query(`update access_profile_part set removed_at = $2 where id = $1`, [before.id, now]);
      if (before && words) await tx.query(`update access_profile_part set words = $2, on_the_day = $3, updated_at = $4 where id = $1`, [before.id, words, shown, now]);
      if (!before && words) {
        await tx.query(
          `insert into access_profile_part (id, person_id, part, words, on_the_day, updated_at) values ($1, $2, $3, $4, $5, $6)`,
          [newId(), personId, part, words, shown, now]);
      }
      await this.checks.told(tx, personId);
      await this.audit.record(tx, actor, 'access-needs.part-saved', { type: 'person', id: personId });
    });
  }

  /** More about one thing they need. Throws `NotFound` when they do not. */
  async saveNeed(actor: Actor, personId: string, code: string, details: NeedDetails): Promise<void> {
    const both = details.prefer.find((name) => details.refuse.some((other) => other.toLowerCase() === name.toLowerCase()));
    if (both) throw new RuleViolation(`${both} is in both lists. Leave the name in one`);
    await this.database.transaction(async (tx) => {
      await lockNeeds(tx, personId);
      const [need] = await tx.query<{ id: string; ownWords: string | null; comes: boolean }[]>(
        `select n.id, n.own_words as "ownWords", k.skill is not null as comes from access_need n join adjustment_kind k on k.code = n.kind_code
         where n.person_id = $1 and n.kind_code = $2 and n.removed_at is null`, [personId, code]);
      if (!need) throw new NotFound();
      const { ownWords, essential, extraMinutes } = details;
      await tx.update(AccessNeed, need.id, { ownWords, essential, extraMinutes });
      const [changed] = await tx.query<[{ arrangementId: string; occasionId: string | null }[], number]>(
        `update arrangement a set essential = coalesce($2, k.essential) from adjustment_kind k
         where a.need_id = $1 and k.code = a.kind_code and a.state in ('asked', 'acknowledged', 'arranging', 'alternative_offered', 'booked', 'told')
         and a.essential <> coalesce($2, k.essential) returning a.id as "arrangementId", a.occasion_id as "occasionId"`,
        [need.id, essential]);
      for (const one of changed) await this.bus.emit(tx, 'arrangement.reconsidered', { personId, ...one });
      const wished = need.comes && await this.saveWishes(tx, need.id, details);
      if (need.ownWords !== ownWords || wished) await this.arranging.lookAgain(tx, need.id);
      await this.checks.told(tx, personId);
      await this.audit.record(tx, actor, 'access-needs.detail-saved', { type: 'person', id: personId });
    });
  }

  /** Names of interpreters we know become those; others stay as they were typed. Answers whether anything is new. */
  private async saveWishes(tx: EntityManager, needId: string, { prefer, refuse }: NeedDetails): Promise<boolean> {
    const wanted = [...prefer.map((name) => ({ name, wish: 'prefer' })), ...refuse.map((name) => ({ name, wish: 'refuse' }))];
    const before = await tx.query<{ id: string; wish: string; name: string }[]>(
      `select w.id, w.wish, coalesce(r.name, w.name) as name from interpreter_wish w left join resource r on r.id = w.resource_id
       where w.need_id = $1 and w.removed_at is null`, [needId]);
    const same = (a: { wish: string; name: string }, b: { wish: string; name: string }) => a.wish === b.wish && a.name.toLowerCase() === b.name.toLowerCase();
    const gone = before.filter((one) => !wanted.some((other) => same(one, other)));
    const added = wanted.filter((one) => !before.some((other) => same(one, other)));
    await tx.query(`update interpreter_wish set removed_at = $2 where id = any($1)`, [gone.map(({ id }) => id), this.clock.now()]);
    for (const { name, wish } of added) {
      await tx.query(
        `insert into interpreter_wish (id, need_id, wish, resource_id, name, created_at)
         select $1, $2, $3, r.id, case when r.id is null then $4 end, $5
         from (select (select id from resource where kind = 'interpreter' and lower(name) = lower($4) order by id limit 1) as id) r`,
        [newId(), needId, wish, name, this.clock.now()]);
    }
    return gone.length + added.length > 0;
  }
}
