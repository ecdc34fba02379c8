import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { SettingsReader } from '../platform/settings.js';
import { InterpretersService } from '../adjustments/interpreters.service.js';
import { interpretersFor } from '../adjustments/safe-dates.rules.js';
import { SchedulingQueries } from '../adjustments/scheduling.queries.js';
import { DiaryQueries } from '../diary/diary.queries.js';
import type { LockedSlot } from './booking-locks.js';

/** Whoever chooses a time while an interpreter is held for the call has one of them, at once. */
@Injectable()
export class HeldInterpreters {
  constructor(
    private readonly scheduling: SchedulingQueries,
    private readonly diary: DiaryQueries,
    private readonly interpreters: InterpretersService,
    private readonly settings: SettingsReader,
  ) {}

  /** After the booking is made, and with it what has to be arranged for it. Those they prefer come first; never one they refuse. */
  async take(tx: EntityManager, actor: Actor, personId: string, slot: LockedSlot): Promise<void> {
    const { skills } = (await this.scheduling.needsOf([personId])).get(personId)!;
    if (skills.length === 0) return;
    const alone = (await this.settings.current())['adjustments.interpreter-alone-minutes'];
    const howMany = interpretersFor((slot.endsAt.getTime() - slot.startsAt.getTime()) / 60_000, alone);
    for (const { skill, preferred, refused } of skills) {
      const free = (await this.diary.heldAndFree(slot.callId, slot.startsAt, slot.endsAt))
        .filter((one) => one.skills.includes(skill) && !refused.includes(one.resourceId))
        .sort((a, b) => Number(preferred.includes(b.resourceId)) - Number(preferred.includes(a.resourceId)));
      if (free.length < howMany || !(await this.isAsked(tx, personId, slot.occasionId, skill))) continue;
      for (const { resourceId } of free.slice(0, howMany)) {
        await this.interpreters.reserve(tx, actor, { personId, occasionId: slot.occasionId, resourceId, skill });
      }
    }
  }

  private async isAsked(tx: EntityManager, personId: string, occasionId: string, skill: string): Promise<boolean> {
    const asked = await tx.query<object[]>(
      `select 1 from arrangement where person_id = $1 and occasion_id = $2 and kind_code = $3 and state in ('asked', 'acknowledged', 'arranging')`,
      [personId, occasionId, skill]);
    return asked.length > 0;
  }
}
