import { Injectable } from '@nestjs/common';
import { KeyRing, type Place } from '../platform/crypto.js';
import { Database } from '../platform/database.js';
import type { ContactWay, LateKind } from './late-access.rules.js';

export interface GivenTime {
  id: string;
  kind: LateKind;
  callTitle: string;
  callSlug: string;
  forWhom: string | null;
  /** As it is read out. */
  code: string;
  usesAllowed: number;
  used: number;
  /** They need no code: their own sign-in opens it. */
  isKnown: boolean;
  channel: ContactWay | null;
  contactedAt: Date | null;
  deadline: Date;
  givenBy: string;
  revoked: boolean;
}

/** The newest first; others' too for who arranges adjustments. */
const GIVEN = {
  name: 'late-access-given',
  text: `select l.id, l.kind, c.title as "callTitle", c.slug as "callSlug", l.for_whom as "forWhom", l.code_sealed as "codeSealed",
           l.uses_allowed as "usesAllowed", l.person_id is not null as "isKnown", l.contact_channel as channel, l.contacted_at as "contactedAt",
           l.deadline, p.name as "givenBy", l.revoked_at is not null as revoked,
           (select count(distinct a.person_id) from application a where a.late_permission_id = l.id)::int as used
         from late_permission l join call c on c.id = l.call_id join person p on p.id = l.given_by
         where $1::uuid is null or l.given_by = $1
         order by l.given_at desc, l.id limit 100`,
};

/** What was given; only for who gave it, and for access co-ordinators. */
@Injectable()
export class LateAccessQueries {
  constructor(private readonly database: Database, private readonly keys: KeyRing) {}

  async given(givenBy: string | null): Promise<GivenTime[]> {
    const rows = await this.database.rows<Omit<GivenTime, 'code'> & { codeSealed: string }>(GIVEN, [givenBy]);
    return rows.map(({ codeSealed, ...row }) => ({ ...row, code: this.keys.decrypt(codeSealed, codePlace(row.id)) }));
  }
}

export function codePlace(rowId: string): Place {
  return { table: 'late_permission', column: 'code_sealed', rowId };
}
