import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Looks } from './looks.js';

/** What to do for one person at one interview or meeting, in plain words; never why. */
export interface ToDo {
  occasionId: string;
  personId: string;
  words: string[];
}

export interface VenueDay {
  roomId: string;
  room: string;
  startsAt: Date;
  endsAt: Date;
  features: string[];
  /** Somebody has a plan for getting out. */
  evacuation: boolean;
}

const PANEL = { name: 'panel-to-do', text: `select occasion_id as "occasionId", person_id as "personId", words from panel_to_do($1, $2)` };
const VENUE = {
  name: 'venue-on-day',
  text: `select room_id as "roomId", room, starts_at as "startsAt", ends_at as "endsAt", features, evacuation from venue_on_day($1)`,
};

/** What people see on the day, each with the rights of their part; who sees it is written down. */
@Injectable()
export class PanelToDo {
  constructor(private readonly database: Database, private readonly looks: Looks, private readonly clock: Clock) {}

  /** Of one panel member, on the day itself and on no other; nothing while applications are being scored. */
  async on(day: string, panelMemberId: string): Promise<ToDo[]> {
    if (day !== this.clock.today()) return [];
    const rows = await this.database.rowsAs<{ occasionId: string; personId: string; words: string }>('panel', PANEL, [day, panelMemberId]);
    const found = new Map<string, ToDo>();
    for (const { words, ...who } of rows) {
      const key = `${who.occasionId} ${who.personId}`;
      const one = found.get(key) ?? { ...who, words: [] };
      found.set(key, { ...one, words: [...one.words, words] });
    }
    const toDo = [...found.values()];
    const looker = { personId: panelMemberId, name: null, roles: [], sessionId: null, channel: 'web' as const, onBehalfOf: null };
    await this.looks.record(looker, toDo.map(({ personId }) => personId).filter((id) => id !== panelMemberId), 'day-sheet');
    return toDo;
  }

  /** What each room needs that day: never for whom. */
  async venueOn(day: string): Promise<VenueDay[]> {
    return this.database.rowsAs<VenueDay>('venue', VENUE, [day]);
  }
}
