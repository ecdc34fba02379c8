import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';
import { RuleViolation } from '../platform/errors.js';
import { attendances } from '../diary/diary.movables.js';
import { MergeMoves, type Movable } from '../people/merge-moves.service.js';

const memberships: Movable = { table: 'membership', column: 'person_id', what: 'a membership', state: `coalesce(to_on::text, '')` };

/** A merged person's seats are the survivor's, and so are the meetings they are expected at. What was held stays as it was recorded. */
@Injectable()
export class GroupsMerging implements OnModuleInit {
  constructor(private readonly bus: EventBus, private readonly moves: MergeMoves) {}

  onModuleInit(): void {
    this.bus.hear('person.merged', async (tx, { mergeId, survivorId, mergedId }) => {
      const held = await tx.query<{ id: string; groupName: string; both: boolean }[]>(
        `select m.id, g.short_name as "groupName", exists (
           select from membership s where s.group_id = m.group_id and s.person_id = $2 and s.to_on is null) as both
         from membership m join involvement_group g on g.id = m.group_id where m.person_id = $1 and m.to_on is null order by m.id`, [mergedId, survivorId]);
      const twice = held.find(({ both }) => both);
      if (twice) throw new RuleViolation(`Both are members of ${twice.groupName}. End one membership first.`);
      await this.moves.move(tx, mergeId, memberships, held.map(({ id }) => id), mergedId, survivorId);
      const expected = await tx.query<{ id: string }[]>(
        `select a.occasion_id as id from attendance a join meeting m on m.occasion_id = a.occasion_id
         where a.person_id = $1 and a.state = 'expected' order by a.occasion_id`, [mergedId]);
      await this.moves.move(tx, mergeId, attendances, expected.map(({ id }) => id), mergedId, survivorId);
    });
    this.bus.hear('person.unmerged', (tx, { mergeId }) => this.moves.back(tx, mergeId, [memberships]));
  }
}
