import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { EventBus } from '../platform/event-bus.js';
import { RuleViolation } from '../platform/errors.js';
import { attendances } from '../diary/diary.movables.js';
import { MergeMoves } from '../people/merge-moves.service.js';

/** Interviews move with their application. One that is still to come is never left behind. */
@Injectable()
export class InterviewsMerging implements OnModuleInit {
  constructor(private readonly bus: EventBus, private readonly moves: MergeMoves, private readonly clock: Clock) {}

  onModuleInit(): void {
    this.bus.hear('application.rested', async (tx, { applicationId }) => {
      const toCome = await tx.query<{ shortName: string }[]>(
        `select c.short_name as "shortName" from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
         join call c on c.id = s.call_id where b.application_id = $1 and b.state = 'live' and o.ends_at > $2`, [applicationId, this.clock.now()]);
      if (toCome[0]) throw new RuleViolation(`The other application for ${toCome[0].shortName} has an interview to come. Keep that one, or cancel the interview first.`);
    });
    this.bus.hear('application.moved', async (tx, { mergeId, applicationId, personId, fromPersonId }) => {
      const occasions = await tx.query<{ id: string }[]>(
        `select distinct a.occasion_id as id from booking b join slot s on s.id = b.slot_id
         join attendance a on a.occasion_id = s.occasion_id and a.person_id = $2 where b.application_id = $1 order by 1`, [applicationId, fromPersonId]);
      await this.moves.move(tx, mergeId, attendances, occasions.map(({ id }) => id), fromPersonId, personId);
    });
  }
}
