import { Injectable } from '@nestjs/common';
import { addDays } from '../shared/dates.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { TELL_WITHIN_DAYS, type FeedbackAnswer } from './feedback.rules.js';

export interface ToSay {
  id: string;
  what: string;
  ownWords: string | null;
  occasion: string;
  shortName: string;
  day: string;
}

export interface ApologyItem {
  id: string;
  person: string | null;
  personId: string;
  what: string;
  occasion: string;
  shortName: string;
  day: string;
  owner: string | null;
  dueOn: string;
  /** What the person wrote. */
  words: string | null;
  answer: FeedbackAnswer | null;
}

const EVENT = `case when a.sitting_on is not null then 'Interview panel' when a.call_id is not null or o.kind = 'interview' then 'Interview'
    when o.kind = 'training' then 'Training' else 'Meeting' end as occasion, coalesce(c.short_name, g.short_name, '') as "shortName", a.needed_by::text as day`;
const JOINS = `join adjustment_kind k on k.code = a.kind_code join access_need n on n.id = a.need_id
  left join occasion o on o.id = a.occasion_id left join call c on c.id = a.call_id
  left join meeting m on m.occasion_id = a.occasion_id left join involvement_group g on g.id = m.group_id`;

const TO_SAY = {
  name: 'access-feedback-to-say',
  text: `select a.id, k.name as what, n.own_words as "ownWords", ${EVENT} from arrangement a ${JOINS}
         where a.person_id = $1 and a.needed_by between $2 and $3 and (o.ends_at <= $4 or (o.id is null and a.sitting_on < $3))
         and o.cancelled_at is null and a.state not in ('feedback', 'declined', 'withdrawn')
         order by a.needed_by, coalesce(a.occasion_id, a.call_id), k.position`,
};

const APOLOGIES = {
  name: 'access-apologies-open',
  text: `select y.id, p.name as person, p.id as "personId", w.name as owner, y.due_on::text as "dueOn", f.words, f.answer, k.name as what, ${EVENT}
         from apology y join arrangement a on a.id = y.arrangement_id ${JOINS} join person p on p.id = a.person_id
         left join person w on w.id = y.owner_id left join arrangement_feedback f on f.arrangement_id = a.id
         where y.done_at is null order by y.due_on, y.raised_at, y.id`,
};

@Injectable()
export class FeedbackQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** For its person: what was arranged for events that are over, and not said yet. */
  async toSay(personId: string): Promise<ToSay[]> {
    const today = this.clock.today();
    return this.database.rows<ToSay>(TO_SAY, [personId, addDays(today, -TELL_WITHIN_DAYS), today, this.clock.now()]);
  }

  /** For co-ordinators alone; whoever shows it records the look. */
  async apologies(): Promise<ApologyItem[]> {
    return this.database.rows<ApologyItem>(APOLOGIES);
  }
}
