import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { londonDay } from '../shared/dates.js';
import { InterpretersQueries, type UnusedHold } from './interpreters.queries.js';
import { feeStep, type CancellationTerms, type FeeStep } from './supplier.rules.js';

/** A supplier with no email who does not know yet that they are to come, or that they are not. */
export interface ToTell {
  id: string;
  arrangementId: string;
  personId: string;
  name: string;
  phone: string | null;
  what: string;
  forOn: string;
  startsAt: Date | null;
  released: boolean;
  /** What cancelling costs as long as they have not been told. */
  fee: FeeStep | null;
}

/** Somebody says that they did not agree to a date that leaves little time. */
export interface DeniedDate {
  id: string;
  personId: string;
  person: string | null;
  occasion: string;
  shortName: string;
  startsAt: Date;
  reason: string;
  recordedBy: string | null;
  spokeOn: string;
}

const TO_TELL = {
  name: 'day-suppliers-to-tell',
  text: `select b.id, b.arrangement_id as "arrangementId", a.person_id as "personId", s.name, coalesce(s.phone, x.phone) as phone, k.name as what,
           b.for_on::text as "forOn", o.starts_at as "startsAt", b.released_at is not null as released,
           s.part_fee_percent as "partPercent", s.part_fee_days as "partDays", s.full_fee_days as "fullDays"
         from supplier_booking b join supplier s on s.id = b.supplier_id left join supplier x on x.id = s.agency_id
         join arrangement a on a.id = b.arrangement_id join adjustment_kind k on k.code = a.kind_code left join occasion o on o.id = b.occasion_id
         where coalesce(s.email, x.email) is null and b.for_on >= $1
           and ((b.told_at is null and b.released_at is null) or (b.told_at is not null and b.released_at is not null and b.release_told_at is null))
         order by b.released_at is null, b.for_on, s.name, b.id limit 50`,
};

const DENIED = {
  name: 'day-dates-denied',
  text: `select d.id, d.person_id as "personId", p.name as person, case o.kind when 'interview' then 'Interview' when 'training' then 'Training' else 'Meeting' end as occasion,
           coalesce(c.short_name, g.short_name, '') as "shortName", o.starts_at as "startsAt", d.reason, w.name as "recordedBy", d.spoke_on::text as "spokeOn"
         from date_agreement d join occasion o on o.id = d.occasion_id join person p on p.id = d.person_id join person w on w.id = d.recorded_by
         left join slot s on s.occasion_id = o.id left join call c on c.id = s.call_id
         left join meeting m on m.occasion_id = o.id left join involvement_group g on g.id = m.group_id
         where d.denied_at is not null and d.settled_at is null and o.cancelled_at is null order by d.denied_at, d.id limit 50`,
};

/** A call with interviews still to come, and how many half-days of interpreters it keeps free. */
export interface CallToInterpret {
  id: string;
  title: string;
  interviewsFrom: string;
  interviewsTo: string;
  held: number;
}

const CALLS = {
  name: 'day-calls-to-interpret',
  text: `select c.id, c.title, c.interviews_from::text as "interviewsFrom", c.interviews_to::text as "interviewsTo",
           (select count(*)::int from reservation h join resource r on r.id = h.resource_id
            where h.holder_id = c.id and h.occasion_id is null and h.released_at is null and r.kind = 'interpreter') as held
         from call c where c.published_at is not null and c.cancelled_at is null and c.interviews_to >= $1 order by c.interviews_from, c.title, c.id limit 50`,
};

type TellRow = Omit<ToTell, 'fee'> & CancellationTerms;

/** What a co-ordinator's day has besides the arrangements themselves. */
@Injectable()
export class DayQueries {
  constructor(private readonly database: Database, private readonly interpreters: InterpretersQueries, private readonly clock: Clock) {}

  /** Those to cancel first: each day they don't know costs. */
  async suppliersToTell(): Promise<ToTell[]> {
    const today = this.clock.today();
    const rows = await this.database.rows<TellRow>(TO_TELL, [today]);
    return rows.map(({ partPercent, partDays, fullDays, ...row }) => ({ ...row, fee: row.released ? feeStep({ partPercent, partDays, fullDays }, row.forOn, today) : null }));
  }

  async deniedDates(): Promise<DeniedDate[]> {
    return this.database.rows<DeniedDate>(DENIED);
  }

  async callsToInterpret(): Promise<CallToInterpret[]> {
    return this.database.rows<CallToInterpret>(CALLS, [this.clock.today()]);
  }

  /** Interpreters held that nobody needs any more. */
  async toLetGo(): Promise<(UnusedHold & { fee: FeeStep | null })[]> {
    const holds = await this.interpreters.heldForNobody(this.clock.now());
    return holds.map((hold) => {
      const { partPercent, partDays, fullDays } = hold;
      if (partPercent === null || partDays === null || fullDays === null) return { ...hold, fee: null };
      return { ...hold, fee: feeStep({ partPercent, partDays, fullDays }, londonDay(hold.startsAt), this.clock.today()) };
    });
  }
}
