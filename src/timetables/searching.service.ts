import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { SettingsReader } from '../platform/settings.js';
import { BackgroundWorker } from '../platform/worker.js';
import { RoundsQueries } from '../interviews/rounds.queries.js';
import { halfDayId, minutesBetween } from './half-day.rules.js';
import { ProblemService, type Pin, type RoundProblem } from './problem.service.js';
import { Solver } from './solver.js';
import type { Found } from './solving.js';
import { Timetable } from './timetable.entity.js';
import { isSearching, MOST_ATTEMPTS } from './timetable-state.rules.js';
import { TimetablesQueries } from './timetables.queries.js';
import { TimetablesService } from './timetables.service.js';

/** Beyond the search itself: reading, and writing down what was found. */
const LEASE_SECONDS = 30;

/** Set aside, or taken up by somebody else, while it was looked for. */
class NoLongerWanted extends Error {}

/** Looks for what was asked for, besides all other work. A search that a crash ended begins again when its time is up. */
@Injectable()
export class SearchingService implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger('timetables');
  private underWay: Promise<void> | null = null;
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly worker: BackgroundWorker,
    private readonly solver: Solver,
    private readonly problems: ProblemService,
    private readonly rounds: RoundsQueries,
    private readonly queries: TimetablesQueries,
    private readonly timetables: TimetablesService,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.register(() => this.begin());
    this.worker.registerHourly(() => this.expire());
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await this.solver.stop();
    await this.underWay?.catch(() => undefined);
  }

  /** Begins the next search that is due, unless one is under way; others are not kept waiting for it. */
  async begin(): Promise<void> {
    if (this.underWay || this.stopping) return;
    const id = await this.claim();
    if (!id) return;
    this.underWay = this.search(id)
      .catch((error: unknown) => this.log.error(`a search failed: ${error instanceof Error ? error.name : 'unknown'}`))
      .finally(() => {
        this.underWay = null;
        if (!this.stopping) void this.begin().catch(() => undefined);
      });
  }

  /** Resolves when nothing is being looked for. */
  async idle(): Promise<void> {
    while (this.underWay) await this.underWay;
  }

  /** Proposals that nobody released in their days. */
  async expire(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const over = await tx.getRepository(Timetable).createQueryBuilder('t').setLock('pessimistic_write')
        .where(`t.state in ('proposed', 'reviewed') and t.expiresOn < :today`, { today: this.clock.today() }).getMany();
      for (const timetable of over) await this.timetables.step(tx, null, timetable, 'expired');
    });
  }

  /** One that nobody is at. After too many tries it is what it is. */
  private async claim(): Promise<string | null> {
    const seconds = (await this.settings.current())['timetables.seconds'];
    return this.database.transaction(async (tx) => {
      const now = this.clock.realNow();
      const [due] = await tx.query<{ id: string }[]>(
        `select id from timetable where state in ('solving', 'improving') and (solving_until is null or solving_until < $1)
         order by proposed_at limit 1 for update skip locked`, [now]);
      if (!due) return null;
      const timetable = await tx.findOneByOrFail(Timetable, { id: due.id });
      if (timetable.attempts >= MOST_ATTEMPTS) {
        await this.giveUp(tx, timetable);
        return null;
      }
      const until = new Date(now.getTime() + (seconds + LEASE_SECONDS) * 1000);
      await tx.update(Timetable, due.id, { attempts: timetable.attempts + 1, solvingUntil: until });
      return due.id;
    });
  }

  private async search(id: string): Promise<void> {
    const seconds = (await this.settings.current())['timetables.seconds'];
    try {
      const known = await this.problem(id);
      const last = await this.solver.solve(known.problem, seconds, (found) => this.write(id, found, known, false));
      await this.write(id, last, known, true);
    } catch (error) {
      if (error instanceof NoLongerWanted) return;
      await this.database.transaction(async (tx) => {
        const timetable = await this.timetables.lock(tx, id);
        await tx.update(Timetable, id, { solvingUntil: null });
        if (!this.stopping && isSearching(timetable.state)) await this.giveUp(tx, timetable);
      });
      if (!this.stopping) throw error;
    }
  }

  private async problem(id: string): Promise<RoundProblem & { pinned: Set<string> }> {
    const timetable = (await this.queries.one(id))!;
    const round = (await this.rounds.round(timetable.roundId))!;
    const halfDays = await this.problems.halfDays(round);
    const pins = (await this.queries.pins(id)).flatMap(({ applicationId, day, half, place, startsAt, format }): Pin[] => {
      const halfDay = halfDays.find((one) => one.id === halfDayId(day, half));
      return halfDay ? [{ applicationId, halfDay: halfDay.id, place, start: minutesBetween(halfDay.startsAt, startsAt), format }] : [];
    });
    const known = await this.problems.of(round, timetable.members, pins);
    const wanted = new Set(await this.queries.forWhom(id));
    return {
      ...known, pinned: new Set(pins.map(({ applicationId }) => applicationId)),
      problem: { ...known.problem, people: known.problem.people.filter((person) => wanted.has(person.id)) },
    };
  }

  private async write(id: string, found: Found, { halfDays, pinned }: RoundProblem & { pinned: Set<string> }, isLast: boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      const timetable = await this.timetables.lock(tx, id);
      if (!isSearching(timetable.state)) throw new NoLongerWanted();
      if (found.kind === 'shortage') {
        if (!isLast) return;
        await this.timetables.recordShortage(tx, timetable, found.shortage);
        return;
      }
      await this.timetables.store(tx, id, found.plan, halfDays, pinned);
      await tx.update(Timetable, id, { proven: found.proven });
      if (isLast) await tx.update(Timetable, id, { solvingUntil: null });
      const to = isLast ? 'proposed' : 'improving';
      if (timetable.state !== to) await this.timetables.step(tx, null, timetable, to);
    });
  }

  /** A first answer is an answer. */
  private async giveUp(tx: EntityManager, timetable: Timetable): Promise<void> {
    await this.timetables.step(tx, null, timetable, timetable.state === 'improving' ? 'proposed' : 'failed');
  }
}
