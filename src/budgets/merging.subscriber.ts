import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';
import { MergeMoves, type Movable } from '../people/merge-moves.service.js';

const commitments: Movable = { table: 'commitment', column: 'person_id', what: 'money set aside for a meeting', state: 'state' };

/** Money set aside for somebody stays set aside for them, under the record that stays. The ledger keeps its rows. */
@Injectable()
export class BudgetsMerging implements OnModuleInit {
  constructor(private readonly bus: EventBus, private readonly moves: MergeMoves) {}

  onModuleInit(): void {
    this.bus.hear('person.merged', async (tx, { mergeId, survivorId, mergedId }) => {
      const open = await tx.query<{ id: string }[]>(`select id from commitment where person_id = $1 and state = 'open' order by id`, [mergedId]);
      await this.moves.move(tx, mergeId, commitments, open.map(({ id }) => id), mergedId, survivorId);
    });
    this.bus.hear('person.unmerged', (tx, { mergeId }) => this.moves.back(tx, mergeId, [commitments]));
  }
}
