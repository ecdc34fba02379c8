import { Injectable } from '@nestjs/common';
import { Clock } from './clock.js';
import { Database } from './database.js';
import { PublicChanges } from './public-changes.js';

/** What the council decides, as dated rows in `setting`; seeds/reference/settings.ts has the first ones. */
export interface Settings {
  organisation: {
    name: string;
    phone: string;
    textNumber: string;
    email: string;
    bslUrl: string;
    /** In words: "two working days". */
    answerWithin: string;
  };
  /** Working days within which we say that we have seen a request. */
  'adjustments.acknowledge-days': number;
  /** One interpreter works alone for so long; two beyond it. */
  'adjustments.interpreter-alone-minutes': number;
  /** What suppliers have told us nothing else about: cancelled `partDays` days before or later, `partPercent` is due; from `fullDays` on, all. */
  'suppliers.cancellation': { partPercent: number; partDays: number; fullDays: number };
  /** Working days before, by which whoever comes has what they need to prepare. */
  'suppliers.pack-days': number;
  /** Half-days in which interpreters are held, in London times. */
  'interviews.half-days': { name: string; starts: string; ends: string }[];
  /** How long a timetable is looked for, in seconds, and how many working days a proposal stays open. */
  'timetables.seconds': number;
  'timetables.open-days': number;
  /** Minutes on the way to a home, and back. */
  'timetables.travel-minutes': number;
  /** Months after which we ask whether what somebody told us is still right. */
  'adjustments.review-months': number;
  /** Below this age a person speaks with the applicant before anything is decided. */
  'applications.adult-age': number;
  'applications.result-days': number;
  /** The longest a supporter may help before the person is asked again. */
  'people.supporter-months': number;
  /** The largest of each kind that people may send, in millions of bytes. */
  'files.recording-megabytes': number;
  'files.scan-megabytes': number;
  'files.version-megabytes': number;
  /** Said as guidance; nobody is cut off. */
  'applications.recording-minutes': number;
  /** Working days after closing in which somebody may still apply who got in touch before it. */
  'applications.first-contact-days': number;
  /** Days after which we remind somebody of a draft they left. */
  'applications.nudge-after-days': number;
  /** Days before closing on which we remind somebody of a draft. */
  'applications.nudge-before-closing-days': number;
  /** Days after an offer was told at which we try to reach whoever has not answered. */
  'choosing.chase-days': number[];
  /** How long somebody stays in the talent pool, unless they say so again. */
  'choosing.talent-pool-months': number;
  /** Per cent of the possible points between the lowest and the highest review: from here on the panel talks about it. */
  'reviews.far-apart-percent': number;
  /** How the first round of a call begins; leads change it for each. Minutes, and people on a panel. */
  'interviews.round': { baseMinutes: number; breakMinutes: number; panelLeast: number; panelMost: number };
  /** Working days in which somebody says whether a time that was placed for them works. */
  'interviews.answer-days': number;
  /** Working days before an interview on which everybody gets its questions. */
  'interviews.questions-days': number;
  /** What the council pays residents whose interview it cancels late: up to so many days before, so many per cent of the fee. */
  'interviews.late-cancellation': { days: number; percent: number }[];
  /** Working days from a meeting to the money. */
  'payments.promise-days': number;
}

const CURRENT = {
  name: 'settings-current',
  text: `select distinct on (key) key, value from setting where effective_from <= $1 order by key, effective_from desc`,
};
const FRESH_MILLISECONDS = 30_000;

@Injectable()
export class SettingsReader {
  private cached: { values: Settings; day: string; until: number; change: number } | null = null;

  constructor(private readonly database: Database, private readonly clock: Clock, private readonly changes: PublicChanges) {}

  /** The settings of today; a change is seen at once where public changes are heard, else within half a minute. Without a database, the last ones known. */
  async current(): Promise<Settings> {
    const day = this.clock.today();
    const now = this.clock.realNow().getTime();
    const change = this.changes.count;
    if (this.cached && this.cached.day === day && this.cached.change === change && this.cached.until >= now) return this.cached.values;
    try {
      this.cached = { values: await this.read(day), day, until: now + FRESH_MILLISECONDS, change };
    } catch (error) {
      if (!this.cached) throw error;
    }
    return this.cached.values;
  }

  private async read(day: string): Promise<Settings> {
    const rows = await this.database.rows<{ key: string; value: unknown }>(CURRENT, [day]);
    return Object.fromEntries(rows.map((row) => [row.key, row.value])) as unknown as Settings;
  }
}
