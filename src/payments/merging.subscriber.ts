import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';
import { RuleViolation } from '../platform/errors.js';

/** Money never changes hands by a merge: it is settled first. Claims that are over keep their ids, and who they were for. */
@Injectable()
export class PaymentsMerging implements OnModuleInit {
  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    this.bus.hear('person.merged', async (tx, { mergedId }) => {
      const [open] = await tx.query<{ reference: string }[]>(
        `select reference from claim where person_id = $1 and state not in ('paid', 'declined') order by reference limit 1`, [mergedId]);
      if (open) throw new RuleViolation(`The record that would go has a claim that is not paid yet (${open.reference}). Finish it first, or choose the other record to stay.`);
      const bank = await tx.query<unknown[]>(`select 1 from bank_detail where person_id = $1 and replaced_at is null`, [mergedId]);
      if (bank.length > 0) throw new RuleViolation('The record that would go has bank details. Choose the other record to stay. If both have them, finance settles first which are right.');
    });
  }
}
