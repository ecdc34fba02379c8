import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { formatRate, type RateUnit } from '../shared/money.js';
import { seatKinds, seatTitle, type SeatKind } from '../shared/seats.js';

export interface GroupSummary {
  id: string;
  slug: string;
  name: string;
  shortName: string;
  members: number;
  seats: number;
  nextMeetingAt: Date | null;
}

export interface GroupPage {
  id: string;
  slug: string;
  name: string;
  shortName: string;
  purpose: string;
  meets: string;
  budgetName: string | null;
}

export interface SeatRow {
  id: string;
  kind: SeatKind;
  kindName: string;
  number: number;
  personName: string | null;
  position: string | null;
  fromOn: string | null;
  /** "£20 an hour", or null where the seat is empty or not paid. */
  rate: string | null;
}

export interface OwnGroup {
  id: string;
  name: string;
  shortName: string;
  purpose: string;
  meets: string;
  members: number;
  seatName: string;
  position: string | null;
  fromOn: string;
  rate: string | null;
}

const LIST = {
  name: 'groups-list',
  text: `select g.id, g.slug, g.name, g.short_name as "shortName",
           (select count(*)::int from membership m where m.group_id = g.id and m.to_on is null) as members,
           (select count(*)::int from seat s where s.group_id = g.id) as seats,
           (select min(o.starts_at) from meeting t join occasion o on o.id = t.occasion_id
            where t.group_id = g.id and o.cancelled_at is null and o.starts_at > $1) as "nextMeetingAt"
         from involvement_group g order by g.name`,
};

const BY_SLUG = {
  name: 'group-by-slug',
  text: `select g.id, g.slug, g.name, g.short_name as "shortName", g.purpose, g.meets,
           l.name || ' ' || l.financial_year as "budgetName"
         from involvement_group g left join budget_line l on l.id = g.budget_line_id where g.slug = $1`,
};

const SEATS = {
  name: 'group-seats',
  text: `select s.id, s.kind, s.number, p.name as "personName", m.position, m.from_on::text as "fromOn",
           m.rate_pence as "ratePence", m.rate_unit as "rateUnit"
         from seat s
         left join membership m on m.seat_id = s.id and m.to_on is null
         left join person p on p.id = m.person_id
         where s.group_id = $1 order by array_position($2::text[], s.kind), s.number`,
};

const OF_PERSON = {
  name: 'groups-of-person',
  text: `select g.id, g.name, g.short_name as "shortName", g.purpose, g.meets, s.kind, m.position, m.from_on::text as "fromOn",
           m.rate_pence as "ratePence", m.rate_unit as "rateUnit",
           (select count(*)::int from membership x where x.group_id = g.id and x.to_on is null) as members
         from membership m join involvement_group g on g.id = m.group_id join seat s on s.id = m.seat_id
         where m.person_id = $1 and m.to_on is null order by g.name`,
};

interface Frozen {
  ratePence: number | null;
  rateUnit: RateUnit | null;
}

const MEMBERS = {
  name: 'group-members-now',
  text: `select p.id, p.name from membership m join person p on p.id = m.person_id where m.group_id = $1 and m.to_on is null order by p.name, p.id`,
};

@Injectable()
export class GroupQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** Who is expected at a meeting that is planned now. */
  async members(groupId: string): Promise<{ id: string; name: string | null }[]> {
    return this.database.rows(MEMBERS, [groupId]);
  }

  async list(): Promise<GroupSummary[]> {
    return this.database.rows<GroupSummary>(LIST, [this.clock.now()]);
  }

  async bySlug(slug: string): Promise<GroupPage | null> {
    return this.database.row<GroupPage>(BY_SLUG, [slug]);
  }

  /** Every seat, taken or empty, by kind. */
  async seats(groupId: string): Promise<SeatRow[]> {
    const rows = await this.database.rows<Omit<SeatRow, 'kindName' | 'rate'> & Frozen>(SEATS, [groupId, seatKinds]);
    return rows.map(({ ratePence, rateUnit, ...seat }) => ({
      ...seat, kindName: seatTitle(seat.kind), rate: rateWords({ ratePence, rateUnit }),
    }));
  }

  async ofPerson(personId: string): Promise<OwnGroup[]> {
    const rows = await this.database.rows<Omit<OwnGroup, 'seatName' | 'rate'> & Frozen & { kind: SeatKind }>(OF_PERSON, [personId]);
    return rows.map(({ ratePence, rateUnit, kind, ...group }) => ({
      ...group, seatName: seatTitle(kind), rate: rateWords({ ratePence, rateUnit }),
    }));
  }
}

function rateWords({ ratePence, rateUnit }: Frozen): string | null {
  return ratePence !== null && rateUnit !== null ? formatRate({ pence: ratePence, unit: rateUnit }) : null;
}
