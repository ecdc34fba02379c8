import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatInstant, isDaytime } from '../shared/dates.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { EventBus } from '../platform/event-bus.js';
import { MessageCatalogue } from '../platform/messages.js';
import { SettingsReader } from '../platform/settings.js';
import { BackgroundWorker } from '../platform/worker.js';
import { applicationPaths } from './applications.paths.js';
import { nudgeDue, type NudgeDays, type UnsentDraft } from './nudge.rules.js';

interface Row extends UnsentDraft {
  id: string;
  callId: string;
  personId: string;
}

interface Facts {
  callName: string;
  reference: string;
  closesAt: Date;
  state: string;
  isOpen: boolean;
}

// Whatever somebody does with a draft stands in the audit; what the service does has no actor there.
const UNSENT = {
  name: 'nudges-unsent',
  text: `select a.id, a.call_id as "callId", a.person_id as "personId", c.opens_at as "opensAt",
           coalesce(c.closed_early_at, c.closes_at) as "closesAt",
           greatest(a.created_at, (select max(e.at) from audit_entry e where e.subject_id = a.id and e.actor_id is not null)) as "touchedAt",
           array(select n.kind from application_nudge n where n.application_id = a.id order by n.kind) as kinds,
           array(select n.at from application_nudge n where n.application_id = a.id order by n.kind) as times
         from application a join call c on c.id = a.call_id
         where a.state = 'draft' and a.superseded_by is null and c.state = 'published' and c.opens_at <= $1
           and coalesce(c.closed_early_at, c.closes_at) > $1 and ($2::uuid is null or a.id = $2)`,
};

const FACTS = {
  name: 'nudges-facts',
  text: `select c.short_name as "callName", a.reference, coalesce(c.closed_early_at, c.closes_at) as "closesAt", a.state,
           c.state = 'published' and coalesce(c.closed_early_at, c.closes_at) > $2 and a.superseded_by is null as "isOpen"
         from application a join call c on c.id = a.call_id where a.id = $1`,
};

/** Reminds people of what they wrote and did not send: at most twice, by day, and never after closing. */
@Injectable()
export class Nudges implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly settings: SettingsReader,
    private readonly catalogue: MessageCatalogue,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.nudge());
    this.defineMessage();
  }

  /** Everybody whose reminder is due now, each in a transaction of their own. */
  async nudge(): Promise<void> {
    if (!isDaytime(this.clock.now())) return;
    const settings = await this.settings.current();
    const days = { afterDays: settings['applications.nudge-after-days'], beforeClosingDays: settings['applications.nudge-before-closing-days'] };
    for (const draft of await this.unsent(null)) {
      if (nudgeDue(draft, this.clock.now(), days)) await this.nudgeOne(draft.id, days);
    }
  }

  /** Looks again with the application locked: they may just have sent it, and another worker may have been quicker. */
  private async nudgeOne(applicationId: string, days: NudgeDays): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(`select from application where id = $1 for update`, [applicationId]);
      const [draft] = await this.unsent(applicationId);
      const kind = draft && nudgeDue(draft, this.clock.now(), days);
      if (!draft || !kind) return;
      await tx.query(`insert into application_nudge (application_id, kind, at) values ($1, $2, $3)`, [applicationId, kind, this.clock.now()]);
      await this.audit.record(tx, null, 'application.nudged', { type: 'application', id: applicationId }, { kind });
      await this.bus.emit(tx, 'application.unfinished', { applicationId, callId: draft.callId, personId: draft.personId, kind });
    });
  }

  private async unsent(applicationId: string | null): Promise<Row[]> {
    const rows = await this.database.rows<Omit<Row, 'nudges'> & { kinds: Row['nudges'][number]['kind'][]; times: Date[] }>(UNSENT, [this.clock.now(), applicationId]);
    return rows.map(({ kinds, times, ...row }) => ({ ...row, nudges: kinds.map((kind, index) => ({ kind, at: times[index]! })) }));
  }

  private defineMessage(): void {
    this.catalogue.define({
      template: 'application-unfinished',
      on: 'application.unfinished',
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ applicationId }) => {
        const { state, isOpen } = await this.facts(applicationId);
        return state === 'draft' && isOpen && isDaytime(this.clock.now());
      },
      words: async ({ applicationId, kind }) => {
        const { callName, reference, closesAt } = await this.facts(applicationId);
        const last = kind === 'closing';
        return {
          subject: last ? `${callName} closes soon (${reference})` : `You can still finish your application (${reference})`,
          paragraphs: [
            `You began an application to ${callName}. We have kept what you wrote. You have not sent it yet.`,
            `If you want to apply, send it before ${formatInstant(closesAt)}. If you don’t want to any more, you need do nothing.`,
            'Would it be easier to talk, or to send a letter or a recording? Call or text us. It counts the same. If you need more time, tell us before it closes.',
            last ? 'We won’t remind you again.' : 'We write once more shortly before it closes. After that we won’t remind you again.',
          ],
          text: `You have not sent your application to ${callName} yet. It closes on ${formatInstant(closesAt)}. Need help or more time? Call or text us.${last ? ' We won’t remind you again.' : ''}`,
          link: { words: 'Go on with your application', path: applicationPaths.tasks(applicationId) },
        };
      },
    });
  }

  private async facts(applicationId: string): Promise<Facts> {
    return (await this.database.row<Facts>(FACTS, [applicationId, this.clock.now()]))!;
  }
}
