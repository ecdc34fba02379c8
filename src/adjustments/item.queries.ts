import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { ArrangementState, Changed } from './arrangement.rules.js';

export interface Item {
  id: string;
  personId: string;
  person: string | null;
  what: string;
  skill: string | null;
  kindCode: string;
  ownWords: string | null;
  state: ArrangementState;
  changed: Changed | null;
  essential: boolean;
  version: number;
  neededBy: string;
  dueOn: string;
  stillBookedFor: string | null;
  occasion: string;
  shortName: string;
  occasionId: string | null;
  startsAt: Date | null;
  endsAt: Date | null;
  /** The call, the group, or the occasion itself. */
  holderId: string | null;
  ownerId: string | null;
  owner: string | null;
  deputyId: string | null;
  deputy: string | null;
  supplierNotes: string | null;
  /** Of the group it is for. */
  budgetLineId: string | null;
}

export interface BookingRow {
  id: string;
  supplierId: string;
  name: string;
  agency: string | null;
  email: string | null;
  phone: string | null;
  register: string | null;
  forOn: string;
  expectedPence: number | null;
  actualPence: number | null;
  budgetLine: string | null;
  toldAt: Date | null;
  releasedAt: Date | null;
  releaseToldAt: Date | null;
  feePercent: number | null;
  packDays: number;
  partPercent: number;
  partDays: number;
  fullDays: number;
}

/** Who could come. */
export interface Candidate {
  supplierId: string;
  name: string;
  agency: string | null;
  wish: 'prefer' | 'refuse' | null;
  /** Null for an agency, which sends whom it has. */
  free: boolean | null;
}

export interface ItemNote {
  id: string;
  text: string;
  by: string | null;
  writtenAt: Date;
}

export interface HistoryLine {
  at: Date;
  by: string | null;
  action: string;
  to: string | null;
}

const ITEM = {
  name: 'arrangement-item',
  text: `select a.id, a.person_id as "personId", p.name as person, k.name as what, k.skill, a.kind_code as "kindCode", n.own_words as "ownWords", a.state, a.changed,
           a.essential, a.version, a.needed_by::text as "neededBy", a.due_on::text as "dueOn", a.still_booked_for::text as "stillBookedFor",
           case when a.sitting_on is not null then 'Interview panel' when a.call_id is not null or o.kind = 'interview' then 'Interview'
             when o.kind = 'training' then 'Training' else 'Meeting' end as occasion,
           coalesce(c.short_name, g.short_name, '') as "shortName", a.occasion_id as "occasionId", o.starts_at as "startsAt", o.ends_at as "endsAt",
           coalesce(o.holder_id, o.id, a.call_id) as "holderId", a.owner_id as "ownerId", w.name as owner, a.deputy_id as "deputyId", d.name as deputy,
           a.supplier_notes as "supplierNotes", coalesce(cg.budget_line_id, g.budget_line_id) as "budgetLineId"
         from arrangement a join adjustment_kind k on k.code = a.kind_code join access_need n on n.id = a.need_id join person p on p.id = a.person_id
         left join occasion o on o.id = a.occasion_id left join call c on c.id = a.call_id left join involvement_group cg on cg.id = c.group_id
         left join meeting m on m.occasion_id = a.occasion_id left join involvement_group g on g.id = m.group_id
         left join person w on w.id = a.owner_id left join person d on d.id = a.deputy_id
         where a.id = $1`,
};

const BOOKINGS = {
  name: 'arrangement-item-bookings',
  text: `select b.id, b.supplier_id as "supplierId", s.name, x.name as agency, s.email, s.phone, concat_ws(' ', s.registration_body, s.registration_number) as register,
           b.for_on::text as "forOn", b.expected_pence as "expectedPence", b.actual_pence as "actualPence", l.name || ' ' || l.financial_year as "budgetLine",
           b.told_at as "toldAt", b.released_at as "releasedAt", b.release_told_at as "releaseToldAt", b.fee_percent as "feePercent", s.pack_days as "packDays",
           s.part_fee_percent as "partPercent", s.part_fee_days as "partDays", s.full_fee_days as "fullDays"
         from supplier_booking b join supplier s on s.id = b.supplier_id left join supplier x on x.id = s.agency_id left join budget_line l on l.id = b.budget_line_id
         where b.arrangement_id = $1 order by b.released_at is not null, b.booked_at, b.id`,
};

const CANDIDATES = {
  name: 'arrangement-item-candidates',
  text: `select s.id as "supplierId", s.name, x.name as agency,
           (select min(w.wish) from arrangement a join interpreter_wish w on w.need_id = a.need_id and w.removed_at is null
            where a.id = $1 and (w.resource_id = s.resource_id or lower(w.name) = lower(s.name))) as wish,
           case when s.resource_id is null or $3::timestamptz is null then null else not exists (
             select from reservation b where b.resource_id = s.resource_id and b.firm and b.released_at is null and b.during && tstzrange($3, $4)
               and (b.occasion_id is not null or b.holder_id is distinct from $5::uuid)) end as free
         from supplier s left join supplier x on x.id = s.agency_id
         where s.ended_at is null and $2 = any(s.skills) and not exists (
           select from supplier_booking b where b.arrangement_id = $1 and b.supplier_id = s.id and b.released_at is null)
         order by lower(s.name), s.id`,
};

const NOTES = {
  name: 'arrangement-item-notes',
  text: `select n.id, n.text, p.name as by, n.written_at as "writtenAt" from arrangement_note n join person p on p.id = n.written_by
         where n.arrangement_id = $1 and n.done_at is null order by n.written_at, n.id`,
};

const HISTORY = {
  name: 'arrangement-item-history',
  text: `select e.at, p.name as by, e.action, e.details->>'to' as "to" from audit_entry e left join person p on p.id = e.actor_id
         where e.subject_type = 'arrangement' and e.subject_id = $1 order by e.at desc, e.id desc limit 50`,
};

/** One thing for one person, with all that a co-ordinator needs to arrange it. Whoever shows it records the look. */
@Injectable()
export class ItemQueries {
  constructor(private readonly database: Database) {}

  async item(id: string): Promise<Item | null> {
    return this.database.row<Item>(ITEM, [id]);
  }

  async bookings(id: string): Promise<BookingRow[]> {
    return this.database.rows<BookingRow>(BOOKINGS, [id]);
  }

  /** Whom they prefer first, then who is free; whom they refuse is in it, to say so. */
  async candidates({ id, kindCode, startsAt, endsAt, holderId }: Item): Promise<Candidate[]> {
    const rows = await this.database.rows<Candidate>(CANDIDATES, [id, kindCode, startsAt, endsAt, holderId]);
    const rank = ({ wish, free }: Candidate) => (wish === 'refuse' ? 4 : 0) + (free === false ? 2 : 0) + (wish === 'prefer' ? 0 : 1);
    return rows.sort((a, b) => rank(a) - rank(b));
  }

  async notes(id: string): Promise<ItemNote[]> {
    return this.database.rows<ItemNote>(NOTES, [id]);
  }

  async history(id: string): Promise<HistoryLine[]> {
    return this.database.rows<HistoryLine>(HISTORY, [id]);
  }
}
