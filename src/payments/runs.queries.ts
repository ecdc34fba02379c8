import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { Outcome } from '../shared/result.js';
import type { StateWords } from '../shared/status.js';
import type { ClaimDuties } from './claim.rules.js';
import { canRelease, runWords, whyLeftOut, type ReleaseDuties, type RunState } from './run.rules.js';

export interface RunSummary {
  id: string;
  reference: string;
  state: RunState;
  words: StateWords & { next: string };
  claims: number;
  totalPence: number;
  builtAt: Date;
  builtByName: string | null;
  releasedAt: Date | null;
  releasedByName: string | null;
  exportedAt: Date | null;
  exportedByName: string | null;
  paidAt: Date | null;
  /** Of the whole file, in hexadecimal. */
  fileSha256: string | null;
}

export interface RunLine {
  claimId: string;
  reference: string;
  payeeName: string | null;
  masked: string;
  shortName: string;
  activityOn: string;
  amountPence: number;
}

/** An approved claim that is in no run yet. */
export interface ReadyClaim {
  id: string;
  reference: string;
  payeeName: string | null;
  feePence: number;
  /** Why a run built by whoever asks would leave it out; null when it would take it. */
  leftOut: string | null;
}

const RUN = `select r.id, r.reference, r.state, r.built_at as "builtAt", builder.name as "builtByName",
    r.released_at as "releasedAt", releaser.name as "releasedByName", r.exported_at as "exportedAt", exporter.name as "exportedByName",
    r.paid_at as "paidAt", encode(r.file_sha256, 'hex') as "fileSha256",
    (select count(*)::int from payment_run_line l where l.run_id = r.id) as claims,
    (select sum(l.amount_pence)::float8 from payment_run_line l where l.run_id = r.id) as "totalPence"
  from payment_run r join person builder on builder.id = r.built_by
  left join person releaser on releaser.id = r.released_by left join person exporter on exporter.id = r.exported_by`;

const LIST = { name: 'runs-list', text: `${RUN} order by r.built_at desc, r.id desc limit 50` };

const ONE = { name: 'run-one', text: `${RUN} where r.id = $1` };

const LINES = {
  name: 'run-lines',
  text: `select c.id as "claimId", c.reference, p.name as "payeeName", b.masked, g.short_name as "shortName",
           c.activity_on::text as "activityOn", l.amount_pence::float8 as "amountPence"
         from payment_run_line l join claim c on c.id = l.claim_id join person p on p.id = c.person_id
         join bank_detail b on b.id = l.bank_detail_id join involvement_group g on g.id = c.group_id
         where l.run_id = $1 order by c.reference`,
};

const BUILDER = {
  name: 'run-builder',
  text: `select duty_identity(r.built_by) as builder, duty_identity($2) as releaser from payment_run r where r.id = $1`,
};

const LINE_DUTIES = {
  name: 'run-line-duties',
  text: `select duty_identity(c.person_id) as claimant, duty_identity(c.recorded_by) as recorder,
           duty_identity(c.approved_by) as approver, duty_identity(b.edited_by) as "bankEditor"
         from payment_run_line l join claim c on c.id = l.claim_id join bank_detail b on b.id = l.bank_detail_id where l.run_id = $1`,
};

const READY = {
  name: 'claims-ready',
  text: `select c.id, c.reference, p.name as "payeeName", c.fee_pence::float8 as "feePence",
           exists (select from bank_detail b where b.person_id = c.person_id and b.replaced_at is null) as "hasBankDetails",
           duty_identity(c.person_id) as claimant, duty_identity(c.recorded_by) as recorder,
           duty_identity(c.approved_by) as approver, duty_identity($1) as builder
         from claim c join person p on p.id = c.person_id where c.state = 'approved' order by c.activity_on, c.id`,
};

const OPEN = {
  name: 'runs-open',
  text: `select count(*) filter (where state = 'built')::int as "toRelease", count(*) filter (where state = 'released')::int as "toExport",
           count(*) filter (where state = 'exported')::int as "toMarkPaid" from payment_run`,
};

@Injectable()
export class RunQueries {
  constructor(private readonly database: Database) {}

  /** The newest fifty. */
  async list(): Promise<RunSummary[]> {
    return (await this.database.rows<Omit<RunSummary, 'words'>>(LIST)).map(withWords);
  }

  async one(id: string): Promise<RunSummary | null> {
    const run = await this.database.row<Omit<RunSummary, 'words'>>(ONE, [id]);
    return run && withWords(run);
  }

  async lines(id: string): Promise<RunLine[]> {
    return this.database.rows<RunLine>(LINES, [id]);
  }

  /** Whether this person may release a run that is in this state. */
  async canRelease(id: string, state: RunState, releaserId: string): Promise<Outcome> {
    const duties = await this.database.row<{ builder: string; releaser: string }>(BUILDER, [id, releaserId]);
    const lines = await this.database.rows<ReleaseDuties['lines'][number]>(LINE_DUTIES, [id]);
    return canRelease(state, { builder: duties!.builder, lines }, duties!.releaser);
  }

  /** What a run built now by this person would take, and what it would leave out. */
  async ready(builderId: string): Promise<ReadyClaim[]> {
    type Row = Omit<ReadyClaim, 'leftOut'> & ClaimDuties & { hasBankDetails: boolean; builder: string };
    const rows = await this.database.rows<Row>(READY, [builderId]);
    return rows.map((row) => ({
      id: row.id, reference: row.reference, payeeName: row.payeeName, feePence: row.feePence, leftOut: whyLeftOut(row, row.builder),
    }));
  }

  /** How many runs wait for each next step. */
  async open(): Promise<{ toRelease: number; toExport: number; toMarkPaid: number }> {
    return (await this.database.row<{ toRelease: number; toExport: number; toMarkPaid: number }>(OPEN))!;
  }
}

function withWords<T extends { state: RunState }>(run: T): T & { words: RunSummary['words'] } {
  return { ...run, words: runWords[run.state] };
}
