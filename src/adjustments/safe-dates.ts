import { Injectable } from '@nestjs/common';
import { DiaryQueries } from '../diary/diary.queries.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { SettingsReader } from '../platform/settings.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { londonDay } from '../shared/dates.js';
import { interpretersFor, leadDaysOf, type FreeInterpreter } from './safe-dates.rules.js';
import { SchedulingQueries } from './scheduling.queries.js';

/** A date for several people. */
export interface WantedTime {
  personIds: readonly string[];
  startsAt: Date;
  endsAt: Date;
  /** The call or the group: interpreters held for it need no more time. */
  holderId: string | null;
  /** The occasion that has the time now, when it is moved: what is reserved for it goes with it. */
  occasionId?: string | null;
}

export interface TooSoon {
  personId: string;
  firstSafeDay: string;
}

/** For whom a day on the call's panel is being arranged anyway. */
const SITTING = {
  name: 'safe-dates-sitting',
  text: `select distinct person_id as "personId" from scheduling_arrangement where person_id = any($1) and call_id = $2 and sitting_on = $3`,
};

const MINUTE = 60_000;

/** Whether a date leaves time to arrange what each person needs. Says who and from which day on, never why. */
@Injectable()
export class SafeDates {
  constructor(
    private readonly database: Database,
    private readonly scheduling: SchedulingQueries,
    private readonly diary: DiaryQueries,
    private readonly settings: SettingsReader,
    private readonly calendar: WorkingCalendar,
    private readonly clock: Clock,
  ) {}

  /** Those for whom a time comes too soon, and the first day that does not; nobody when it is safe. */
  async tooSoon(time: WantedTime): Promise<TooSoon[]> {
    const needs = await this.scheduling.needsOf([...time.personIds]);
    if ([...needs.values()].every(({ leadDays }) => leadDays === 0)) return [];
    const free = await this.heldAndFree(time);
    const howMany = await this.interpretersFor(time);
    const day = londonDay(time.startsAt);
    const sitting = await this.sitting(time, day);
    const late: TooSoon[] = [];
    for (const [personId, need] of needs) {
      if (sitting.has(personId)) continue;
      const first = await this.calendar.addWorkingDays(this.clock.today(), leadDaysOf(need, free, howMany));
      if (day < first) late.push({ personId, firstSafeDay: await this.firstSafeDay([personId]) });
    }
    return late;
  }

  /** The first day that is safe for all of them, with nobody held. */
  async firstSafeDay(personIds: readonly string[]): Promise<string> {
    const needs = await this.scheduling.needsOf([...personIds]);
    const longest = Math.max(0, ...[...needs.values()].map((need) => leadDaysOf(need, [], 1)));
    return this.calendar.addWorkingDays(this.clock.today(), longest);
  }

  private async sitting({ personIds, holderId }: WantedTime, day: string): Promise<Set<string>> {
    const rows = holderId ? await this.database.rowsAs<{ personId: string }>('scheduler', SITTING, [personIds, holderId, day]) : [];
    return new Set(rows.map(({ personId }) => personId));
  }

  private async heldAndFree({ holderId, startsAt, endsAt, occasionId = null }: WantedTime): Promise<FreeInterpreter[]> {
    return holderId ? this.diary.heldAndFree(holderId, startsAt, endsAt, occasionId) : [];
  }

  private async interpretersFor({ startsAt, endsAt }: WantedTime): Promise<number> {
    const settings = await this.settings.current();
    return interpretersFor((endsAt.getTime() - startsAt.getTime()) / MINUTE, settings['adjustments.interpreter-alone-minutes']);
  }
}
