import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { ReachableKind } from './people.rules.js';

export interface FoundPerson {
  id: string;
  name: string | null;
  postcode: string | null;
  createdAt: Date;
}

export interface KnownPerson extends FoundPerson {
  birthDate: string | null;
  contacts: { id: string; kind: ReachableKind; value: string; shared: boolean; preferred: boolean }[];
}

const MOST = 25;

// By name, or by the whole of an address. Nothing here says what anybody needs, or what they applied for.
const SEARCH = {
  name: 'people-search',
  text: `select p.id, p.name, p.postcode, p.created_at as "createdAt" from person p
         where p.merged_into is null and ((folded_name($1) <> '' and folded_name(p.name) like '%' || folded_name($1) || '%') or exists (
           select from contact_point c where c.person_id = p.id and c.removed_at is null and c.value = $2))
         order by p.name collate "en-GB-x-icu", p.created_at limit ${MOST}`,
};

const ONE = {
  name: 'people-known',
  text: `select p.id, p.name, p.postcode, p.birth_date::text as "birthDate", p.created_at as "createdAt",
           coalesce((select json_agg(json_build_object('id', c.id, 'kind', c.kind, 'value', c.value, 'shared', c.shared, 'preferred', c.preferred)
             order by c.preferred desc, c.created_at) from contact_point c
             where c.person_id = p.id and c.removed_at is null and c.verified_at is not null and c.kind in ('email', 'phone')), '[]') as contacts
         from person p where p.id = $1 and p.merged_into is null`,
};

/** What staff see who help somebody in. */
@Injectable()
export class StaffPeopleQueries {
  constructor(private readonly database: Database) {}

  /** `address` is the search as an address, when it reads as one. */
  async search(words: string, address: string | null): Promise<FoundPerson[]> {
    return this.database.rows<FoundPerson>(SEARCH, [words, address]);
  }

  async one(id: string): Promise<KnownPerson | null> {
    return this.database.row<KnownPerson>(ONE, [id]);
  }
}
