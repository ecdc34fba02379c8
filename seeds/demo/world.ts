import type { INestApplicationContext, Type } from '@nestjs/common';
import { londonInstant } from '../../src/shared/dates.js';
import type { Actor } from '../../src/platform/actor.js';
import { Clock } from '../../src/platform/clock.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import type { Role } from '../../src/platform/permissions.js';
import { BackgroundWorker } from '../../src/platform/worker.js';
import { WorkingCalendar } from '../../src/platform/working-calendar.js';
import { PeopleService } from '../../src/people/people.service.js';

export interface DemoPerson extends Actor {
  id: string;
  name: string;
}

/** Lives the demo's stories through the service's own commands, at the times they would have happened. */
export class World {
  private readonly calendar: WorkingCalendar;
  private readonly clock: Clock;

  constructor(
    private readonly app: INestApplicationContext,
    /** The London day the demo is loaded on; every date of a story is counted from it. */
    readonly today: string,
  ) {
    this.calendar = app.get(WorkingCalendar);
    this.clock = app.get(Clock);
  }

  get<T>(type: Type<T>): T {
    return this.app.get(type);
  }

  get database(): Database {
    return this.app.get(Database);
  }

  /** A day so many working days from today; on a weekend from the Friday before, so that as many lie between two days of a story as always. */
  async day(workingDays: number): Promise<string> {
    const from = await this.calendar.isWorkingDay(this.today) ? this.today : await this.calendar.addWorkingDays(this.today, -1);
    return this.calendar.addWorkingDays(from, workingDays);
  }

  /** From here on it is that time, on that day. */
  async at(workingDays: number, time: string): Promise<void> {
    this.clock.setOffset((await this.instant(workingDays, time)).getTime() - this.clock.realNow().getTime());
  }

  async instant(workingDays: number, time: string): Promise<Date> {
    const outcome = londonInstant(await this.day(workingDays), time);
    if (!outcome.ok) throw new Error(outcome.reason);
    return outcome.instant;
  }

  /** Messages go, and what waits for them happens. */
  async settle(): Promise<void> {
    await this.app.get(BackgroundWorker).wake();
  }

  async person(name: string, email: string, roles: readonly Role[] = [], jobShareId: string | null = null, workingDays: readonly number[] | null = null): Promise<DemoPerson> {
    const people = this.get(PeopleService);
    const id = await this.database.transaction(async (tx) => {
      const made = await people.create(tx, { name, postcode: 'W6 9JT' });
      await people.addContact(tx, made, { kind: 'email', value: email });
      for (const role of roles) await people.giveRole(tx, made, role, '2019-01-01', jobShareId, workingDays);
      return made;
    });
    return { id, personId: id, name, roles, sessionId: null, channel: 'web', onBehalfOf: null };
  }

  newId(): string {
    return newId();
  }
}
