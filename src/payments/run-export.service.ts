import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BudgetsService } from '../budgets/budgets.service.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { KeyRing, type Place } from '../platform/crypto.js';
import { Database } from '../platform/database.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { BankDetailsService } from './bank-details.service.js';
import type { ClaimBasis } from './claim.rules.js';
import { paymentFile, type PaymentLine } from './payment-file.js';
import { runStates, type RunState } from './run.rules.js';

interface Run {
  id: string;
  reference: string;
  state: RunState;
  fileCipher: string | null;
}

interface Line {
  claimReference: string;
  personId: string;
  occasionId: string;
  activityOn: string;
  amountPence: string;
  basis: ClaimBasis;
  shortName: string;
  budgetLineId: string | null;
  costCode: string | null;
  bankDetailId: string;
  accountName: string;
  sortCode: string;
  accountNumber: string;
}

export interface PaymentFile {
  name: string;
  bytes: Buffer;
}

/** The only place where bank details are read, as the finance role. The file is kept, encrypted, byte for byte. */
@Injectable()
export class RunExportService {
  constructor(
    private readonly database: Database,
    private readonly budgets: BudgetsService,
    private readonly bank: BankDetailsService,
    private readonly keys: KeyRing,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Makes the file of a released run and spends its money. Once: later it changes nothing. Throws `RuleViolation`. */
  async export(actor: Actor, runId: string): Promise<void> {
    await this.database.asFinance(async (tx) => {
      const run = await this.lock(tx, runId);
      if (run.fileCipher !== null) return;
      if (!runStates.can(run.state, 'exported')) throw new RuleViolation('Somebody else must release this run first');
      const lines = await this.lines(tx, runId);
      const file = paymentFile(run.reference, lines.map((line) => this.read(line)));
      await tx.query(
        `update payment_run set state = 'exported', exported_by = $2, exported_at = $3, file_cipher = $4, file_sha256 = $5 where id = $1`,
        [runId, actor.personId, this.clock.now(), this.keys.encrypt(file, placeOf(runId)), createHash('sha256').update(file, 'utf8').digest()],
      );
      await tx.query(`update claim set state = 'exported' where id in (select claim_id from payment_run_line where run_id = $1)`, [runId]);
      for (const line of lines) await this.spend(tx, actor, line);
      await this.audit.record(tx, actor, 'run.exported', { type: 'payment_run', id: runId }, { lines: lines.length });
    });
  }

  /** The same bytes each time; each time is written down. */
  async file(actor: Actor, runId: string): Promise<PaymentFile> {
    return this.database.asFinance(async (tx) => {
      const run = await this.lock(tx, runId);
      if (run.fileCipher === null) throw new NotFound('This run has no file yet.');
      await this.audit.record(tx, actor, 'run.file-read', { type: 'payment_run', id: runId });
      return { name: `${run.reference}.csv`, bytes: Buffer.from(this.keys.decrypt(run.fileCipher, placeOf(runId)), 'utf8') };
    });
  }

  private async lock(tx: EntityManager, runId: string): Promise<Run> {
    const [run] = await tx.query<Run[]>(
      `select id, reference, state, file_cipher as "fileCipher" from payment_run where id = $1 for update`, [runId],
    );
    if (!run) throw new NotFound();
    return run;
  }

  /** In the order of their budget lines, so that two exports never wait for each other. */
  private async lines(tx: EntityManager, runId: string): Promise<Line[]> {
    return tx.query<Line[]>(
      `select c.reference as "claimReference", c.person_id as "personId", c.occasion_id as "occasionId", c.activity_on::text as "activityOn",
         l.amount_pence as "amountPence", c.basis, g.short_name as "shortName", f.id as "budgetLineId", f.cost_code as "costCode",
         b.id as "bankDetailId", b.account_name_cipher as "accountName", b.sort_code_cipher as "sortCode", b.account_number_cipher as "accountNumber"
       from payment_run_line l
       join claim c on c.id = l.claim_id
       join bank_detail b on b.id = l.bank_detail_id
       join involvement_group g on g.id = c.group_id
       left join commitment k on k.person_id = c.person_id and k.occasion_id = c.occasion_id
       left join budget_line f on f.id = coalesce(k.budget_line_id, g.budget_line_id)
       where l.run_id = $1 order by f.id, c.reference`,
      [runId],
    );
  }

  private read(line: Line): PaymentLine {
    const open = (column: 'account_name_cipher' | 'sort_code_cipher' | 'account_number_cipher', sealed: string) =>
      this.bank.open(line.bankDetailId, column, sealed);
    return {
      payeeId: line.personId, payeeName: open('account_name_cipher', line.accountName),
      sortCode: open('sort_code_cipher', line.sortCode), accountNumber: open('account_number_cipher', line.accountNumber),
      amountPence: Number(line.amountPence), costCentre: line.costCode ?? '', activityOn: line.activityOn,
      description: `${line.shortName} ${line.basis === 'attendance' ? 'meeting' : 'interview'}`, claimReference: line.claimReference,
    };
  }

  private async spend(tx: EntityManager, actor: Actor, line: Line): Promise<void> {
    const { budgetLineId, personId, occasionId, amountPence } = line;
    if (!budgetLineId) throw new RuleViolation(`Claim ${line.claimReference} has no budget to be paid from. Give its group one first`);
    await this.budgets.spend(tx, actor, { budgetLineId, personId, occasionId, pence: Number(amountPence) });
  }
}

function placeOf(runId: string): Place {
  return { table: 'payment_run', column: 'file_cipher', rowId: runId };
}
