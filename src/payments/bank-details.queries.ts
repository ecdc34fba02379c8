import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';

export interface MaskedAccount {
  /** "ending 54". */
  masked: string;
  since: Date;
}

const CURRENT = {
  name: 'bank-details-current',
  text: `select masked, created_at as since from bank_detail where person_id = $1 and replaced_at is null`,
};

@Injectable()
export class BankDetailsQueries {
  constructor(private readonly database: Database) {}

  async current(personId: string): Promise<MaskedAccount | null> {
    return this.database.row<MaskedAccount>(CURRENT, [personId]);
  }
}
