import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
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

const NOTE_VENUE = `
  insert into access_look (person_id, on_day, audience)
  select distinct x.person_id, $2::date, 'venue' from arrangement x join adjustment_kind k on k.code = x.kind_code left join occasion o on o.id = x.occasion_id
  where (k.room_feature is not null or k.code = 'evacuation') and x.state not in ('withdrawn', 'declined', 'not_delivered')
    and (x.sitting_on = $1 or ((o.starts_at at time zone 'Europe/London')::date = $1 and o.room_id is not null and o.cancelled_at is null))
  order by 1 on conflict do nothing`;

/** What people see on the day, each with the rights of their part; who sees it is written down. */
@Injectable()
export class PanelToDo {
  constructor(private readonly database: Database, private readonly looks: Looks, private readonly audit: Audit, private readonly clock: Clock) {}

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

  /** What each room needs that day, as a co-ordinator passes it on: whose needs are in it can see that the place knows. */
  async venueSheet(actor: Actor, day: string): Promise<VenueDay[]> {
    const rooms = await this.venueOn(day);
    if (rooms.length > 0) {
      await this.database.transaction(async (tx) => {
        await tx.query(NOTE_VENUE, [day, this.clock.today()]);
        await this.audit.record(tx, actor, 'venue-sheet.read', { type: 'person', id: actor.personId }, { day });
      });
    }
    return rooms;
  }

  /** What each room needs that day: never for whom. */
  async venueOn(day: string): Promise<VenueDay[]> {
    return this.database.rowsAs<VenueDay>('venue', VENUE, [day]);
  }
}
