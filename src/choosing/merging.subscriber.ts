import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';
import { MergeMoves, type Movable } from '../people/merge-moves.service.js';

const talents: Movable = { table: 'talent_pool', column: 'person_id', what: 'their wish to hear of other calls', state: 'revoked_at is not null' };

/** A wish to hear of other calls goes with its person; where both records have one, the survivor's counts. */
@Injectable()
export class ChoosingMerging implements OnModuleInit {
  constructor(private readonly bus: EventBus, private readonly moves: MergeMoves) {}

  onModuleInit(): void {
    this.bus.hear('person.merged', async (tx, { mergeId, survivorId, mergedId }) => {
      const live = await tx.query<{ id: string }[]>(
        `select id from talent_pool where person_id = $1 and revoked_at is null
         and not exists (select from talent_pool s where s.person_id = $2 and s.revoked_at is null)`, [mergedId, survivorId]);
      await this.moves.move(tx, mergeId, talents, live.map(({ id }) => id), mergedId, survivorId);
    });
    this.bus.hear('person.unmerged', (tx, { mergeId }) => this.moves.back(tx, mergeId, [talents]));
  }
}
