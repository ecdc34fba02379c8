import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, refuseUnless } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { DiaryService } from '../diary/diary.service.js';
import { InterpretersService } from '../adjustments/interpreters.service.js';
import { InterviewsService } from '../interviews/interviews.service.js';
import { SlotsService } from '../interviews/slots.service.js';
import { changesOf, interpretersFor, type Change } from './changes.rules.js';
import { after, type RoundHalfDay } from './half-day.rules.js';
import { noteFor } from './release-note.rules.js';
import type { RoundPerson } from './round-facts.queries.js';
import type { Problem } from './timetable.rules.js';
import { Timetable } from './timetable.entity.js';
import { canRelease } from './timetable-state.rules.js';
import { TimetablesQueries } from './timetables.queries.js';
import { TimetablesService } from './timetables.service.js';

interface Release {
  actor: Actor;
  timetable: Timetable;
  problem: Problem;
  halfDays: RoundHalfDay[];
  people: Map<string, RoundPerson>;
  /** What a lead wrote to one person. */
  notes: Map<string, string | null>;
}

/** Makes a timetable real, all of it or nothing: times, rooms, panels and whoever is booked; those who are new or moved are told. */
@Injectable()
export class ReleasingService {
  constructor(
    private readonly database: Database,
    private readonly timetables: TimetablesService,
    private readonly queries: TimetablesQueries,
    private readonly interviews: InterviewsService,
    private readonly slots: SlotsService,
    private readonly interpreters: InterpretersService,
    private readonly diary: DiaryService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Twice is once. Throws `RuleViolation` before it was read, `Conflict` when it fits no longer: then nothing is saved. */
  async release(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const timetable = await this.timetables.lock(tx, id);
      if (timetable.state === 'released') return;
      refuseUnless(canRelease(timetable.state));
      const { plan, problem: round, faults } = await this.timetables.check(timetable);
      const wanted = new Set(await this.queries.forWhom(id));
      refuseOther(wanted, round.problem);
      if (faults.length > 0) throw new Conflict(`This timetable does not fit any more, and nothing was saved. ${faults.join(' ')} Propose another one.`);
      const changes = changesOf(round.problem, plan);
      const release: Release = {
        actor, timetable, problem: round.problem, halfDays: round.halfDays, people: new Map(round.people.map((person) => [person.applicationId, person])),
        notes: new Map((await this.queries.placements(id)).map(({ applicationId, note }) => [applicationId, note])),
      };
      for (const slot of round.unbooked) await this.slots.removeIn(tx, actor, { id: slot.slotId, occasionId: slot.occasionId });
      await this.carryOut(tx, release, changes);
      const count = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length;
      await tx.update(Timetable, id, { state: 'released', releasedBy: actor.personId, releasedAt: this.clock.now() });
      await this.audit.record(tx, actor, 'timetable.released', { type: 'timetable', id }, { new: count('new'), moved: count('moved'), same: count('same') });
    });
  }

  /** Whoever moves leaves first, so that two can change places. */
  private async carryOut(tx: EntityManager, release: Release, changes: readonly Change[]): Promise<void> {
    const moved = changes.filter(({ kind }) => kind === 'moved').map((change) => ({ change, booking: release.people.get(change.applicationId)!.booking! }));
    for (const { booking } of moved) await this.diary.cancel(tx, release.actor, booking.occasionId);
    for (const { change, booking } of moved) {
      const slotId = await this.addSlot(tx, release, change);
      await this.interviews.moveIn(tx, release.actor, booking.bookingId, slotId, { note: noteIn(release, change) });
      await this.bookInterpreters(tx, release, change, slotId);
    }
    for (const { booking } of moved) await this.slots.removeIn(tx, release.actor, { id: booking.slotId, occasionId: booking.occasionId });
    for (const change of changes.filter(({ kind }) => kind === 'new')) {
      const slotId = await this.addSlot(tx, release, change);
      await this.interviews.placeIn(tx, release.actor, { slotId, applicationId: change.applicationId, note: noteIn(release, change) });
      await this.bookInterpreters(tx, release, change, slotId);
    }
  }

  private async addSlot(tx: EntityManager, { actor, timetable, halfDays }: Release, { sitting, start, minutes, format }: Change): Promise<string> {
    const startsAt = after(halfDays.find(({ id }) => id === sitting.halfDay)!.startsAt, start);
    const id = newId();
    await this.slots.createIn(tx, actor, {
      id, roundId: timetable.roundId, startsAt, endsAt: after(startsAt, minutes), format, panel: [...sitting.panel],
      roomId: format === 'in_person' ? sitting.place : null, joiningDetails: format === 'in_person' || format === 'home_visit' ? null : timetable.joiningDetails,
    });
    return id;
  }

  private async bookInterpreters(tx: EntityManager, { actor, problem, people }: Release, { applicationId, sitting }: Change, slotId: string): Promise<void> {
    const person = problem.people.find(({ id }) => id === applicationId)!;
    const there = problem.interpreters.filter(({ id }) => sitting.interpreters.includes(id));
    const [slot] = await tx.query<{ occasionId: string }[]>(`select occasion_id as "occasionId" from slot where id = $1`, [slotId]);
    for (const { skill, resourceId } of interpretersFor(person, there)) {
      await this.interpreters.reserve(tx, actor, { personId: people.get(applicationId)!.personId, occasionId: slot!.occasionId, resourceId, skill });
    }
  }
}

function noteIn({ timetable, notes }: Release, { applicationId }: Change): string | null {
  return noteFor(timetable.note, notes.get(applicationId) ?? null);
}

/** Somebody has left meanwhile, or is waiting who was not: the timetable is of others than those who wait. */
function refuseOther(wanted: ReadonlySet<string>, { people }: Problem): void {
  const now = new Set(people.map(({ id }) => id));
  if ([...wanted].some((id) => !now.has(id))) throw new Conflict('Somebody in this timetable has withdrawn, or has another time meanwhile. Nothing was saved. Propose another one: it keeps what it can.');
  if ([...now].some((id) => !wanted.has(id))) throw new Conflict('Somebody else is waiting for a time meanwhile. Nothing was saved. Propose another one, so that everybody is in it.');
}
