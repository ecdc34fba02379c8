import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { ContactKind } from './people.rules.js';

export interface FoundPerson {
  id: string;
  name: string | null;
  postcode: string | null;
  birthDate: string | null;
  contacts: { kind: ContactKind; value: string }[];
}

export interface Likeness {
  name: string;
  postcode: string | null;
  birthDate: string | null;
  values: string[];
}

const PERSON = `p.id, p.name, p.postcode, p.birth_date::text as "birthDate",
  coalesce((select json_agg(json_build_object('kind', c.kind, 'value', c.value) order by c.preferred desc, c.created_at)
    from contact_point c where c.person_id = p.id and c.verified_at is not null and c.removed_at is null), '[]') as contacts
  from person p`;

const MOST = 20;

const FIND = {
  name: 'directory-find',
  text: `select ${PERSON} where p.merged_into is null and (
           p.name ilike '%' || $1 || '%'
           or ($2::text is not null and exists (select from contact_point c where c.person_id = p.id and c.removed_at is null and c.value = $2))
           or exists (select from application a where a.person_id = p.id and a.reference = upper($3)))
         order by p.name collate "en-GB-x-icu", p.id limit ${MOST}`,
};

/** The same address or number; or the same name. Those who share more than the name come first. */
const LIKE = {
  name: 'directory-like',
  text: `select ${PERSON} where p.merged_into is null and (
           lower(p.name) = lower($1)
           or exists (select from contact_point c where c.person_id = p.id and c.removed_at is null and c.value = any($4)))
         order by (p.postcode = $2)::int + (p.birth_date = $3)::int desc nulls last, p.name, p.id limit ${MOST}`,
};

const ONE = { name: 'directory-one', text: `select ${PERSON} where p.id = $1 and p.merged_into is null` };

/** People, for staff who write down for them what they say. */
@Injectable()
export class DirectoryQueries {
  constructor(private readonly database: Database) {}

  /** By a part of their name, a whole address or number, or the reference of an application. */
  async find(search: string, contact: string | null): Promise<FoundPerson[]> {
    return this.database.rows<FoundPerson>(FIND, [search.replace(/[\\%_]/g, (character) => `\\${character}`), contact, search]);
  }

  /** Who a new person may be already. */
  async like({ name, postcode, birthDate, values }: Likeness): Promise<FoundPerson[]> {
    return this.database.rows<FoundPerson>(LIKE, [name, postcode, birthDate, values]);
  }

  async one(id: string): Promise<FoundPerson | null> {
    return this.database.row<FoundPerson>(ONE, [id]);
  }
}
