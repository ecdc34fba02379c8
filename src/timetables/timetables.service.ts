import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { brokenConstraint, Database } from '../platform/database.js';
import { Conflict, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { NudgeQueue } from '../platform/queue.js';
import { SettingsReader } from '../platform/settings.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { PeopleQueries } from '../people/people.queries.js';
import { RoundsQueries, type RoundDetail } from '../interviews/rounds.queries.js';
import { SlotsService } from '../interviews/slots.service.js';
import { faultsOf } from './checking.rules.js';
import { after, type RoundHalfDay } from './half-day.rules.js';
import { NO_ROOMS, ProblemService } from './problem.service.js';
import { Timetable, TimetablePlacement, TimetableSitting } from './timetable.entity.js';
import { canChange, canPropose, isOpen, timetableStates, type TimetableState } from './timetable-state.rules.js';
import { planOf, TimetablesQueries } from './timetables.queries.js';
import type { Shortage } from './shortage.rules.js';
import type { Plan } from './timetable.rules.js';

const ONE_IS_OPEN = 'There is a timetable already. Read it, or set it aside, before you ask for another.';
const NOT_FREE = 'This timetable was changed or set aside meanwhile. Look at it again.';

/** Where somebody is put by hand: a sitting that there is, and minutes after its half-day began. */
export interface Placed {
  applicationId: string;
  sittingId: string;
  startsAt: Date;
}

/** Asking for a timetable, reading and changing it, setting it aside. */
@Injectable()
export class TimetablesService {
  constructor(
    private readonly database: Database,
    private readonly queries: TimetablesQueries,
    private readonly rounds: RoundsQueries,
    private readonly problems: ProblemService,
    private readonly slots: SlotsService,
    private readonly people: PeopleQueries,
    private readonly settings: SettingsReader,
    private readonly calendar: WorkingCalendar,
    private readonly queue: NudgeQueue,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Asks for a timetable of everybody who is to have a time in the round. Asking twice is asking once. Throws `Conflict`, `RuleViolation`. */
  async propose(actor: Actor, { id, roundId, members }: { id: string; roundId: string; members: readonly string[] }): Promise<void> {
    const expiresOn = await this.calendar.addWorkingDays(this.clock.today(), (await this.settings.current())['timetables.open-days']);
    await this.database.transaction(async (tx) => {
      if (await tx.existsBy(Timetable, { id })) return;
      const round = await this.round(roundId);
      const call = await this.queries.call(roundId);
      const sitting = (await this.slots.candidates()).filter((one) => members.includes(one.id)).map((one) => one.id);
      const { people, halfDays } = await this.problems.of(round, sitting);
      refuseUnless(canPropose({
        callState: call!.state, people: people.length, halfDays: halfDays.length, panel: sitting.length, least: round.panelLeast,
      }));
      for (const old of await tx.find(Timetable, { where: [{ roundId, state: 'short' }, { roundId, state: 'failed' }] })) await this.step(tx, actor, old, 'discarded');
      await onlyOne(() => tx.insert(Timetable, {
        id, roundId, state: 'solving', proposedBy: actor.personId, proposedAt: this.clock.now(), expiresOn, attempts: 0, solvingUntil: null,
        proven: false, shortage: null, reviewedBy: null, reviewedAt: null, releasedBy: null, releasedAt: null, note: null, joiningDetails: null, version: 1,
      }));
      await tx.query(`insert into timetable_person (timetable_id, application_id) select $1, unnest($2::uuid[])`, [id, people.map(({ applicationId }) => applicationId)]);
      await tx.query(`insert into timetable_panel (timetable_id, member_id) select $1, unnest($2::uuid[])`, [id, sitting]);
      await this.audit.record(tx, actor, 'timetable.asked', { type: 'timetable', id }, { roundId, people: people.length });
    });
    this.queue.nudge();
  }

  /** After a search that failed. */
  async tryAgain(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const timetable = await this.lock(tx, id);
      if (timetable.state !== 'failed') return;
      await onlyOne(() => tx.update(Timetable, id, { attempts: 0, solvingUntil: null }));
      await onlyOne(() => this.step(tx, actor, timetable, 'solving'));
    });
    this.queue.nudge();
  }

  /** A lead has read it. Changing it afterwards takes that back. Throws `RuleViolation`. */
  async review(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const timetable = await this.lock(tx, id);
      if (timetable.state === 'reviewed') return;
      refuseUnless(canChange(timetable.state));
      await tx.update(Timetable, id, { reviewedBy: actor.personId, reviewedAt: this.clock.now() });
      await this.step(tx, actor, timetable, 'reviewed');
    });
  }

  async discard(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const timetable = await this.lock(tx, id);
      if (timetable.state === 'discarded') return;
      if (!timetableStates.can(timetable.state, 'discarded')) throw new RuleViolation('This timetable is over. It can’t be set aside any more');
      await this.step(tx, actor, timetable, 'discarded');
    });
  }

  /** Puts somebody at another time by hand, by the same rules; it stays there when the rest is looked for again. Throws `RuleViolation`, `Conflict`. */
  async place(actor: Actor, id: string, { applicationId, sittingId, startsAt }: Placed): Promise<void> {
    await this.database.transaction(async (tx) => {
      const timetable = await this.lock(tx, id);
      refuseUnless(canChange(timetable.state));
      const sitting = await tx.findOneBy(TimetableSitting, { id: sittingId, timetableId: id });
      const placement = await tx.findOneBy(TimetablePlacement, { timetableId: id, applicationId });
      if (!sitting || !placement) throw new NotFound();
      await tx.update(TimetablePlacement, { timetableId: id, applicationId }, { sittingId, startsAt, pinned: true });
      const { faults } = await this.check(timetable);
      if (faults.length > 0) throw new RuleViolation(faults.join(' '));
      await tx.query(`delete from timetable_sitting s where timetable_id = $1 and not exists (select from timetable_placement p where p.sitting_id = s.id)`, [id]);
      await this.audit.record(tx, actor, 'timetable.placed-by-hand', { type: 'timetable', id }, { applicationId });
      if (timetable.state === 'reviewed') await this.step(tx, actor, timetable, 'proposed');
    });
  }

  /** What is wrong with it as things stand now, in sentences that say no more than names and times. Reads what its transaction wrote. */
  async check(timetable: Pick<Timetable, 'id' | 'roundId'>): Promise<{ plan: Plan; problem: Awaited<ReturnType<ProblemService['of']>>; faults: string[] }> {
    const detail = (await this.queries.one(timetable.id))!;
    const round = await this.round(timetable.roundId);
    const problem = await this.problems.of(round, detail.members);
    const plan = planOf(await this.queries.sittings(timetable.id), await this.queries.placements(timetable.id), problem.halfDays);
    const names = new Map<string, string | null>(problem.people.map(({ applicationId, name }) => [applicationId, name]));
    for (const { id, name } of await this.people.withAnyRole()) names.set(id, name);
    const faults = faultsOf(problem.problem, plan).map(({ personId, what }) =>
      (personId ? `${names.get(personId) ?? 'Somebody who is not waiting any more'} ${what}.` : `${what.charAt(0).toUpperCase()}${what.slice(1)}.`));
    return { plan, problem, faults: [...new Set(faults)] };
  }

  /** The plan in rows, in place of the one before. */
  async store(tx: EntityManager, timetableId: string, plan: Plan, halfDays: readonly RoundHalfDay[], pinned: ReadonlySet<string>): Promise<void> {
    await tx.delete(TimetablePlacement, { timetableId });
    await tx.delete(TimetableSitting, { timetableId });
    for (const sitting of plan.sittings) {
      const halfDay = halfDays.find(({ id }) => id === sitting.halfDay)!;
      const isRoom = !NO_ROOMS.some((place) => place === sitting.place);
      const sittingId = newId();
      await tx.insert(TimetableSitting, {
        id: sittingId, timetableId, onDay: halfDay.day, half: halfDay.half, roomId: isRoom ? sitting.place : null, place: sitting.place,
        panel: [...sitting.panel], interpreters: [...sitting.interpreters],
      });
      await tx.insert(TimetablePlacement, sitting.placements.map(({ personId, start, minutes, format }) => ({
        timetableId, applicationId: personId, sittingId, startsAt: after(halfDay.startsAt, start), minutes, format, pinned: pinned.has(personId), note: null,
      })));
    }
  }

  /** Not everybody has a place: what is short is the answer. */
  async recordShortage(tx: EntityManager, { id }: Timetable, shortage: Shortage): Promise<void> {
    await tx.update(Timetable, id, { state: 'short', shortage, proven: shortage.proven, solvingUntil: null });
    await this.audit.record(tx, null, 'timetable.short', { type: 'timetable', id }, { ...shortage.shortfall });
  }

  async lock(tx: EntityManager, id: string): Promise<Timetable> {
    const timetable = await tx.findOne(Timetable, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!timetable) throw new NotFound();
    return timetable;
  }

  async step(tx: EntityManager, actor: Actor | null, { id, state: from }: Pick<Timetable, 'id' | 'state'>, to: TimetableState): Promise<void> {
    if (!timetableStates.can(from, to)) throw new Conflict(NOT_FREE);
    await tx.update(Timetable, id, { state: to });
    await this.audit.record(tx, actor, `timetable.${to}`, { type: 'timetable', id }, isOpen(to) ? {} : { from });
  }

  private async round(id: string): Promise<RoundDetail> {
    const round = await this.rounds.round(id);
    if (!round) throw new NotFound();
    return round;
  }
}

async function onlyOne(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (brokenConstraint(error) === 'timetable_one_open') throw new Conflict(ONE_IS_OPEN);
    throw error;
  }
}
