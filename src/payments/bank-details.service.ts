import { Injectable } from '@nestjs/common';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { KeyRing } from '../platform/crypto.js';
import { Database } from '../platform/database.js';
import { EventBus } from '../platform/event-bus.js';
import { maskAccount } from './bank.rules.js';

export interface NewBankDetails {
  id: string;
  accountName: string;
  /** 6 digits. */
  sortCode: string;
  /** 8 digits. */
  accountNumber: string;
}

export type BankColumn = 'account_name_cipher' | 'sort_code_cipher' | 'account_number_cipher';

/** Where somebody is paid: encrypted when it comes in, read again only for a payment file. */
@Injectable()
export class BankDetailsService {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Replaces what was there. A payment that is in a run already goes where it was going. */
  async save(actor: Actor, details: NewBankDetails): Promise<void> {
    const personId = subjectOf(actor);
    const { id } = details;
    await this.database.transaction(async (tx) => {
      const same = await tx.query<unknown[]>(`select 1 from bank_detail where id = $1 and person_id = $2`, [id, personId]);
      if (same.length > 0) return;
      await tx.query(`update bank_detail set replaced_at = $2 where person_id = $1 and replaced_at is null`, [personId, this.clock.now()]);
      await tx.query(
        `insert into bank_detail (id, person_id, account_name_cipher, sort_code_cipher, account_number_cipher, masked, edited_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [id, personId, this.seal(id, 'account_name_cipher', details.accountName), this.seal(id, 'sort_code_cipher', details.sortCode),
          this.seal(id, 'account_number_cipher', details.accountNumber), maskAccount(details.accountNumber), actor.personId, this.clock.now()],
      );
      await this.audit.record(tx, actor, 'bank-details.changed', { type: 'bank_detail', id }, { personId });
      await this.bus.emit(tx, 'bank-details.changed', { bankDetailId: id, personId });
    });
  }

  /** Reads one of them; only the finance role can have it. */
  open(id: string, column: BankColumn, sealed: string): string {
    return this.keys.decrypt(sealed, { table: 'bank_detail', column, rowId: id });
  }

  private seal(id: string, column: BankColumn, text: string): string {
    return this.keys.encrypt(text, { table: 'bank_detail', column, rowId: id });
  }
}
