import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { Likeness } from './merge.rules.js';

export interface Alike {
  firstId: string;
  secondId: string;
  firstName: string;
  secondName: string;
  postcode: string;
  likeness: Likeness;
}

export interface DoneMerge {
  id: string;
  survivor: string | null;
  merged: string | null;
  by: string | null;
  reason: string;
  mergedAt: Date;
  undoneAt: Date | null;
}

const MOST = 100;

// The older record first. Two known dates of birth that differ are two people.
const ALIKE = {
  name: 'people-alike',
  text: `select a.id as "firstId", b.id as "secondId", a.name as "firstName", b.name as "secondName", a.postcode,
           case when a.birth_date = b.birth_date then 'same' else 'perhaps' end as likeness
         from person a join person b on folded_name(b.name) = folded_name(a.name)
           and upper(replace(b.postcode, ' ', '')) = upper(replace(a.postcode, ' ', '')) and b.id > a.id and b.merged_into is null
         where a.merged_into is null and folded_name(a.name) <> ''
           and (a.birth_date = b.birth_date or a.birth_date is null or b.birth_date is null)
           and not exists (select from not_same_person n where n.first_id = a.id and n.second_id = b.id)
         order by likeness desc, a.name collate "en-GB-x-icu", a.id, b.id limit ${MOST}`,
};

const DONE = {
  name: 'people-merges',
  text: `select m.id, s.name as survivor, g.name as merged, w.name as by, m.reason, m.merged_at as "mergedAt", m.undone_at as "undoneAt"
         from person_merge m join person s on s.id = m.survivor_id join person g on g.id = m.merged_id join person w on w.id = m.merged_by
         order by m.merged_at desc limit ${MOST}`,
};

/** People who may be written down twice. */
@Injectable()
export class DuplicatesQueries {
  constructor(private readonly database: Database) {}

  async alike(): Promise<Alike[]> {
    return this.database.rows<Alike>(ALIKE);
  }

  async merges(): Promise<DoneMerge[]> {
    return this.database.rows<DoneMerge>(DONE);
  }
}
