import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';
import { MergeMoves } from '../people/merge-moves.service.js';
import { attendances, resources, reservations } from './diary.movables.js';

/** A merged person's times are the survivor's. Who is expected where moves with the meeting or the interview it is for. */
@Injectable()
export class DiaryMerging implements OnModuleInit {
  constructor(private readonly bus: EventBus, private readonly moves: MergeMoves) {}

  onModuleInit(): void {
    this.bus.hear('person.merged', async (tx, { mergeId, survivorId, mergedId }) => {
      const [row] = await tx.query<{ from: string | null; to: string | null }[]>(
        `select (select id from resource where person_id = $1) as "from", (select id from resource where person_id = $2) as "to"`, [mergedId, survivorId]);
      const { from, to } = row!;
      if (!from) return;
      if (!to) return this.moves.move(tx, mergeId, resources, [from], mergedId, survivorId);
      const held = await tx.query<{ id: string }[]>(`select id from reservation where resource_id = $1 and released_at is null order by id`, [from]);
      await this.moves.move(tx, mergeId, reservations, held.map(({ id }) => id), from, to);
    });
    this.bus.hear('person.unmerged', async (tx, { mergeId }) => {
      for (const movable of [attendances, reservations, resources]) await this.moves.back(tx, mergeId, [movable]);
    });
  }
}
