import type { Permission, Role } from './permissions.js';
import { permissions } from './permissions.js';

export type Channel = 'web' | 'phone' | 'post' | 'text' | 'in_person' | 'api' | 'system';

/** Who does something, for whom, and by which way it came in. On every command and audit row. */
export interface Actor {
  personId: string;
  /** The person's name, for the page; null before they have told us. */
  name: string | null;
  onBehalfOf: string | null;
  channel: Channel;
  roles: readonly Role[];
  sessionId: string | null;
}

export function may(actor: Actor, permission: Permission): boolean {
  return permissions[permission].some((role) => (actor.roles as readonly string[]).includes(role));
}

/** The person whose affairs these are. */
export function subjectOf(actor: Actor): string {
  return actor.onBehalfOf ?? actor.personId;
}
