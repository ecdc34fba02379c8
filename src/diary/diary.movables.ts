import type { Movable } from '../people/merge-moves.service.js';

/** One a person and occasion. */
export const attendances: Movable = { table: 'attendance', column: 'person_id', key: 'occasion_id', what: 'a meeting or an interview', state: 'state' };
export const reservations: Movable = { table: 'reservation', column: 'resource_id', what: 'a time in the diary', state: 'released_at is not null' };
export const resources: Movable = { table: 'resource', column: 'person_id', what: 'their place in the diary', state: `''` };
