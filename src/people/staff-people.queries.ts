import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { contactKinds, reachableKinds, type ContactKind } from './people.rules.js';

export interface KnownPerson {
  id: string;
  name: string | null;
  postcode: string | null;
  birthDate: string | null;
  createdAt: Date;
  /** The one they like best first. */
  contacts: { id: string; kind: ContactKind; value: string; shared: boolean; preferred: boolean }[];
}

/** What is told of somebody who may be known already. */
export interface Told {
  name: string;
  postcode: string | null;
  birthDate: string | null;
  values: string[];
}

const MOST = 25;

const PERSON = `p.id, p.name, p.postcode, p.birth_date::text as "birthDate", p.created_at as "createdAt",
  coalesce((select json_agg(json_build_object('id', c.id, 'kind', c.kind, 'value', c.value, 'shared', c.shared, 'preferred', c.preferred)
    order by c.preferred desc, c.created_at) from contact_point c
    where c.person_id = p.id and c.removed_at is null and c.verified_at is not null), '[]') as contacts
  from person p where p.merged_into is null`;

// By a part of the name, the whole of an address or number, or a reference. Nothing here says what anybody needs, or what they applied for.
const SEARCH = {
  name: 'people-search',
  text: `select ${PERSON} and (
           (folded_name($1) <> '' and folded_name(p.name) like '%' || folded_name($1) || '%')
           or exists (select from contact_point c where c.person_id = p.id and c.removed_at is null and c.value = $2 and c.kind = any($3))
           or exists (select from application a where a.person_id = p.id and a.reference = upper($4)))
         order by p.name collate "en-GB-x-icu", p.created_at, p.id limit ${MOST}`,
};

/** The same address or number; or the same name. Those who share more than the name come first. */
const LIKE = {
  name: 'people-like',
  text: `select ${PERSON} and (
           lower(p.name) = lower($1)
           or exists (select from contact_point c where c.person_id = p.id and c.removed_at is null and c.value = any($4)))
         order by (p.postcode = $2)::int + (p.birth_date = $3)::int desc nulls last, p.name, p.id limit ${MOST}`,
};

const ONE = { name: 'people-known', text: `select ${PERSON} and p.id = $1` };

/** People, for staff who help them in and write down what they say. */
@Injectable()
export class StaffPeopleQueries {
  constructor(private readonly database: Database) {}

  /** `address` is the search as an address or number, when it reads as one. `entering` finds by numbers to call and references too. */
  async search(words: string, address: string | null, entering: boolean): Promise<KnownPerson[]> {
    return this.database.rows<KnownPerson>(SEARCH, [words, address, entering ? contactKinds : reachableKinds, entering ? words : null]);
  }

  /** Who a new person may be already. */
  async like({ name, postcode, birthDate, values }: Told): Promise<KnownPerson[]> {
    return this.database.rows<KnownPerson>(LIKE, [name, postcode, birthDate, values]);
  }

  async one(id: string): Promise<KnownPerson | null> {
    return this.database.row<KnownPerson>(ONE, [id]);
  }
}
