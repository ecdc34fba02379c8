import type { Permission, Role } from './permissions.js';
import { permissions } from './permissions.js';

export type Channel = 'web' | 'phone' | 'post' | 'text' | 'in_person' | 'api' | 'system';

/** What somebody may be helped with. */
export type ActingScope = 'apply' | 'interviews' | 'offer';

/** Somebody does it for another person, who has agreed: staff who enter what they are told, or a supporter. */
export interface Acting {
  /** "Mary Okafor"; null before they have told us. */
  forName: string | null;
  /** None when the consent has ended meanwhile. */
  scopes: readonly ActingScope[];
  /** Staff write it down, and read it back. A supporter has the person's own word for it. */
  byStaff: boolean;
  /** An access co-ordinator sees what somebody needs; anybody else who helps only adds to it. */
  seesNeeds: boolean;
}

/** Who does something, for whom, and by which way it came in. On every command and audit row. */
export interface Actor {
  personId: string;
  /** The person's name, for the page; null before they have told us. */
  name: string | null;
  onBehalfOf: string | null;
  channel: Channel;
  roles: readonly Role[];
  sessionId: string | null;
  /** Set while they help somebody: `onBehalfOf` is that person, and `roles` are none. */
  acting?: Acting | null;
}

export function may(actor: Actor, permission: Permission): boolean {
  return permissions[permission].some((role) => (actor.roles as readonly string[]).includes(role));
}

/** The person whose affairs these are. */
export function subjectOf(actor: Actor): string {
  return actor.onBehalfOf ?? actor.personId;
}
