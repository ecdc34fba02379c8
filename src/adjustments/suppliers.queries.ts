import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { SupplierKind, SupplierRate } from './supplier.rules.js';

export interface Supplier {
  id: string;
  kind: SupplierKind;
  name: string;
  skills: string[];
  skillNames: string[];
  about: string | null;
  agencyId: string | null;
  agency: string | null;
  resourceId: string | null;
  registrationBody: string | null;
  registrationNumber: string | null;
  registrationCheckedOn: string | null;
  email: string | null;
  phone: string | null;
  partPercent: number;
  partDays: number;
  fullDays: number;
  packDays: number;
  ended: boolean;
  version: number;
}

/** When somebody comes, without for whom. */
export interface Visit {
  id: string;
  forOn: string;
  startsAt: Date | null;
  endsAt: Date | null;
  what: string;
}

const COLUMNS = `s.id, s.kind, s.name, s.skills, array(select k.name from adjustment_kind k where k.code = any(s.skills) order by k.position) as "skillNames",
  s.about, s.agency_id as "agencyId", a.name as agency, s.resource_id as "resourceId", s.registration_body as "registrationBody",
  s.registration_number as "registrationNumber", s.registration_checked_on::text as "registrationCheckedOn", s.email, s.phone,
  s.part_fee_percent as "partPercent", s.part_fee_days as "partDays", s.full_fee_days as "fullDays", s.pack_days as "packDays",
  s.ended_at is not null as ended, s.version
  from supplier s left join supplier a on a.id = s.agency_id`;

const ALL = {
  name: 'suppliers-page',
  text: `select ${COLUMNS} order by s.ended_at is not null, lower(s.name), s.id limit $1 offset $2`,
};
const COUNT = { name: 'suppliers-count', text: `select count(*)::int as count from supplier` };
const ONE = { name: 'suppliers-one', text: `select ${COLUMNS} where s.id = $1` };
const AGENCIES = { name: 'suppliers-agencies', text: `select id, name from supplier where kind = 'agency' and ended_at is null order by lower(name)` };
const RATES = {
  name: 'suppliers-rates',
  text: `select from_on::text as "fromOn", pence, unit from supplier_rate where supplier_id = $1 order by from_on desc`,
};
const VISITS = {
  name: 'suppliers-visits',
  text: `select b.id, b.for_on::text as "forOn", o.starts_at as "startsAt", o.ends_at as "endsAt",
           case o.kind when 'interview' then 'Interview' when 'training' then 'Training' when 'meeting' then 'Meeting' else 'A day' end as what
         from supplier_booking b left join occasion o on o.id = b.occasion_id
         where b.supplier_id = $1 and b.released_at is null and b.for_on >= $2 order by b.for_on, o.starts_at, b.id limit $3`,
};
const KINDS = {
  name: 'suppliers-kinds',
  text: `select category, json_agg(json_build_object('code', code, 'name', name) order by position) as kinds
         from adjustment_kind where lead_days > 0 or skill is not null or code = 'support-worker' group by category order by min(position)`,
};

const SHOWN_VISITS = 20;

/** For access co-ordinators alone. */
@Injectable()
export class SuppliersQueries {
  constructor(private readonly database: Database) {}

  async page(size: number, offset: number): Promise<Supplier[]> {
    return this.database.rows<Supplier>(ALL, [size, offset]);
  }

  async count(): Promise<number> {
    return (await this.database.row<{ count: number }>(COUNT))!.count;
  }

  async one(id: string): Promise<Supplier | null> {
    return this.database.row<Supplier>(ONE, [id]);
  }

  async agencies(): Promise<{ id: string; name: string }[]> {
    return this.database.rows(AGENCIES);
  }

  /** The newest first. */
  async rates(supplierId: string): Promise<SupplierRate[]> {
    return this.database.rows<SupplierRate>(RATES, [supplierId]);
  }

  /** The next times they come. */
  async visits(supplierId: string, today: string): Promise<Visit[]> {
    return this.database.rows<Visit>(VISITS, [supplierId, today, SHOWN_VISITS]);
  }

  /** What suppliers can see to, by category. */
  async kinds(): Promise<{ category: string; kinds: { code: string; name: string }[] }[]> {
    return this.database.rows(KINDS);
  }
}
