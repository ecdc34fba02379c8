import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { SettingsReader } from '../platform/settings.js';
import { chasesDue, contactChannelNames, type ContactTried } from './decision.rules.js';

export interface OpenOffer {
  id: string;
  name: string;
  reference: string;
  callName: string;
  toldAt: Date;
  /** Another way than the one the offer went by. */
  tryNext: string;
}

// The message that told it, and ways to reach the person that it did not go by.
const OPEN = {
  name: 'chasing-open',
  text: `select a.id, a.name, a.reference, c.short_name as "callName", d.told_at as "toldAt",
           array(select t.at from contact_attempt t where t.application_id = a.id) as tries,
           (select m.channel from message m where m.person_id = a.person_id and m.template = 'decision' and m.payload->>'decisionId' = d.id::text and m.state = 'sent'
             order by m.id desc limit 1) as "sentBy"
         from application a join decision d on d.application_id = a.id and d.outcome = 'offered' and d.state = 'told' join call c on c.id = a.call_id
         where a.superseded_by is null and a.state = 'offered' and d.told_at <= $1 order by d.told_at, a.id`,
};

const TRIES = {
  name: 'chasing-tries',
  text: `select t.at, t.channel, t.spoke, t.what_happened as "whatHappened", p.name as by from contact_attempt t join person p on p.id = t.made_by
         where t.application_id = $1 order by t.at desc, t.id desc`,
};

/** Offers that wait for an answer, and who tried to reach whom. */
@Injectable()
export class ChasingQueries {
  constructor(
    private readonly database: Database,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  /** Offers with a day to chase on behind them, on which nobody has tried yet. */
  async due(): Promise<OpenOffer[]> {
    const days = (await this.settings.current())['choosing.chase-days'];
    const now = this.clock.now();
    const first = new Date(now.getTime() - Math.min(...days) * 86_400_000);
    const open = await this.database.rows<Omit<OpenOffer, 'tryNext'> & { tries: Date[]; sentBy: string | null }>(OPEN, [first]);
    return open.filter(({ toldAt, tries }) => chasesDue(toldAt, tries, days, now) > 0).map(({ tries, sentBy, ...offer }) => ({
      ...offer, tryNext: tries.length > 0 ? 'Write them a letter' : sentBy === null ? 'Send a text or a letter' : 'Call them',
    }));
  }

  async triesOf(applicationId: string): Promise<(ContactTried & { whatHappened: string; by: string; channelName: string })[]> {
    const rows = await this.database.rows<ContactTried & { whatHappened: string; by: string }>(TRIES, [applicationId]);
    return rows.map((row) => ({ ...row, channelName: contactChannelNames[row.channel] }));
  }
}
