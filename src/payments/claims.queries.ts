import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { SettingsReader } from '../platform/settings.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { formatRate, type RateUnit } from '../shared/money.js';
import type { Outcome } from '../shared/result.js';
import type { StateWords } from '../shared/status.js';
import { canApprove, residentWords, staffWords, workOf, type ClaimBasis, type ClaimDuties, type ClaimState } from './claim.rules.js';

export interface OwnClaim {
  id: string;
  reference: string;
  state: ClaimState;
  words: StateWords;
  activityOn: string;
  minutes: number;
  rate: string;
  rateUnit: RateUnit;
  feePence: number;
  /** The group's neutral name. */
  shortName: string;
  basis: ClaimBasis;
  answeredAt: Date | null;
  approvedAt: Date | null;
  paidAt: Date | null;
  /** What it is for. */
  work: string;
  /** The day we promise the money by. */
  payBy: string;
}

export interface StaffClaim extends OwnClaim {
  claimantName: string | null;
  recordedByName: string | null;
  approvedByName: string | null;
  startsAt: Date;
  endsAt: Date;
  hasBankDetails: boolean;
}

export interface ClaimPage {
  claims: StaffClaim[];
  total: number;
}

type Stored<T> = Omit<T, 'words' | 'rate' | 'work' | 'payBy'> & { ratePence: number };

const OWN = `c.id, c.reference, c.state, c.activity_on::text as "activityOn", c.minutes, c.rate_pence as "ratePence",
  c.rate_unit as "rateUnit", c.fee_pence::float8 as "feePence", g.short_name as "shortName", c.basis,
  c.answered_at as "answeredAt", c.approved_at as "approvedAt", c.paid_at as "paidAt"`;

const FOR_STAFF = `${OWN}, claimant.name as "claimantName", recorder.name as "recordedByName", approver.name as "approvedByName",
  o.starts_at as "startsAt", o.ends_at as "endsAt",
  exists (select from bank_detail b where b.person_id = c.person_id and b.replaced_at is null) as "hasBankDetails"`;

const STAFF_FROM = `from claim c join involvement_group g on g.id = c.group_id join occasion o on o.id = c.occasion_id
  join person claimant on claimant.id = c.person_id join person recorder on recorder.id = c.recorded_by
  left join person approver on approver.id = c.approved_by`;

const OF_PERSON = {
  name: 'claims-of-person',
  text: `select ${OWN} from claim c join involvement_group g on g.id = c.group_id
         where c.person_id = $1 order by c.state = 'drafted' desc, c.activity_on desc, c.id desc`,
};

const ONE_OF_PERSON = {
  name: 'claim-of-person',
  text: `select ${OWN} from claim c join involvement_group g on g.id = c.group_id where c.person_id = $1 and c.id = $2`,
};

const LIST = {
  name: 'claims-list',
  text: `select ${FOR_STAFF} ${STAFF_FROM} where $1::text is null or c.state = $1
         order by c.state = 'claimed' desc, c.activity_on, c.id limit $2 offset $3`,
};

const COUNT = { name: 'claims-count', text: `select count(*)::int as total from claim where $1::text is null or state = $1` };

const ONE = { name: 'claim-one', text: `select ${FOR_STAFF} ${STAFF_FROM} where c.id = $1` };

const DUTIES = {
  name: 'claim-duties',
  text: `select state, duty_identity(person_id) as claimant, duty_identity(recorded_by) as recorder, approved_by as approver,
           duty_identity($2) as "approvesNow"
         from claim where id = $1`,
};

const COUNTS = {
  name: 'claims-counts',
  text: `select count(*) filter (where state = 'claimed')::int as waiting, count(*) filter (where state = 'approved')::int as approved from claim`,
};

export const CLAIMS_A_PAGE = 20;

@Injectable()
export class ClaimQueries {
  constructor(
    private readonly database: Database,
    private readonly settings: SettingsReader,
    private readonly calendar: WorkingCalendar,
  ) {}

  /** Those to check first, then the newest. */
  async ofPerson(personId: string): Promise<OwnClaim[]> {
    return this.complete(await this.database.rows<Stored<OwnClaim>>(OF_PERSON, [personId]), residentWords);
  }

  async oneOf(personId: string, id: string): Promise<OwnClaim | null> {
    return (await this.complete(await this.database.rows<Stored<OwnClaim>>(ONE_OF_PERSON, [personId, id]), residentWords))[0] ?? null;
  }

  /** Those waiting for approval first, then the oldest. Pages count from 1. */
  async list(state: ClaimState | null, page: number): Promise<ClaimPage> {
    const rows = await this.database.rows<Stored<StaffClaim>>(LIST, [state, CLAIMS_A_PAGE, (page - 1) * CLAIMS_A_PAGE]);
    const count = await this.database.row<{ total: number }>(COUNT, [state]);
    return { claims: await this.complete(rows, staffWords), total: count!.total };
  }

  async one(id: string): Promise<StaffClaim | null> {
    return (await this.complete(await this.database.rows<Stored<StaffClaim>>(ONE, [id]), staffWords))[0] ?? null;
  }

  /** Whether this person may approve a claim. */
  async canApprove(id: string, approverId: string): Promise<Outcome> {
    const row = await this.database.row<ClaimDuties & { state: ClaimState; approvesNow: string }>(DUTIES, [id, approverId]);
    return canApprove(row!, row!.approvesNow);
  }

  /** How many wait for approval, and how many for a run. */
  async counts(): Promise<{ waiting: number; approved: number }> {
    return (await this.database.row<{ waiting: number; approved: number }>(COUNTS))!;
  }

  /** The promise in working days from a day of work. */
  async payBy(activityOn: string): Promise<string> {
    const settings = await this.settings.current();
    return this.calendar.addWorkingDays(activityOn, settings['payments.promise-days']);
  }

  private async complete<T extends Stored<OwnClaim>>(
    rows: T[], words: Record<ClaimState, StateWords>,
  ): Promise<(T & Pick<OwnClaim, 'words' | 'rate' | 'work' | 'payBy'>)[]> {
    return Promise.all(rows.map(async (row) => ({
      ...row, words: words[row.state], rate: formatRate({ pence: row.ratePence, unit: row.rateUnit }), work: workOf(row), payBy: await this.payBy(row.activityOn),
    })));
  }
}
