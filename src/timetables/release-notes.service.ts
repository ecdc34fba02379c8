import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { BadRequest, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { Database } from '../platform/database.js';
import { held, moved, type BookingFacts } from '../interviews/booking-words.js';
import { InterviewsService } from '../interviews/interviews.service.js';
import { changesOf } from './changes.rules.js';
import { after } from './half-day.rules.js';
import type { RoundProblem } from './problem.service.js';
import { noteFor, noteProblems } from './release-note.rules.js';
import { Timetable, TimetablePlacement } from './timetable.entity.js';
import { canChange } from './timetable-state.rules.js';
import { TimetablesQueries, type PlacementRow, type SittingRow, type TimetableDetail } from './timetables.queries.js';
import { TimetablesService } from './timetables.service.js';
import type { Plan } from './timetable.rules.js';

/** A message as it goes when the timetable is released today. */
export interface ReleaseMessage {
  applicationId: string;
  name: string | null;
  kind: 'new' | 'moved';
  subject: string;
  paragraphs: string[];
  text: string;
  /** Whether something was written to this person alone. */
  noted: boolean;
}

interface Known {
  problem: RoundProblem;
  plan: Plan;
  sittings: readonly SittingRow[];
  placements: readonly PlacementRow[];
}

/** What people will read, before anybody is told; and what a lead adds to it. */
@Injectable()
export class ReleaseNotesService {
  constructor(
    private readonly database: Database,
    private readonly timetables: TimetablesService,
    private readonly queries: TimetablesQueries,
    private readonly interviews: InterviewsService,
    private readonly audit: Audit,
  ) {}

  /** To whoever is new or moves, in the order of their times. Nobody else hears anything. */
  async messages({ roundId, note, joiningDetails }: TimetableDetail, { problem, plan, sittings, placements }: Known): Promise<ReleaseMessage[]> {
    const { shortName } = (await this.queries.call(roundId))!;
    const kinds = new Map(changesOf(problem.problem, plan).map(({ applicationId, kind }) => [applicationId, kind]));
    const people = new Map(problem.people.map((person) => [person.applicationId, person]));
    const messages: ReleaseMessage[] = [];
    for (const placement of placements) {
      const { applicationId, name, startsAt, minutes, format } = placement;
      const kind = kinds.get(applicationId);
      const sitting = sittings.find(({ sittingId }) => sittingId === placement.sittingId);
      if (!sitting || kind === undefined || kind === 'same') continue;
      const inPerson = format === 'in_person';
      const facts: BookingFacts = {
        applicationId, startsAt, endsAt: after(startsAt, minutes), format, panel: sitting.panelNames, note: noteFor(note, placement.note),
        roomName: inPerson ? sitting.roomName : null, roomDetails: inPerson ? sitting.roomDetails : null,
        joiningDetails: inPerson || format === 'home_visit' ? null : joiningDetails,
        agreedAt: null, confirmedAt: null, agreeBy: await this.interviews.lastDayToAgree({ startsAt }),
      };
      const before = people.get(applicationId)?.booking?.startsAt;
      const { subject, paragraphs, text } = kind === 'moved' && before ? moved(facts, shortName, before) : held(facts, shortName);
      messages.push({ applicationId, name, kind, subject, paragraphs, text, noted: placement.note !== null });
    }
    return messages;
  }

  /** What all of them say besides the time. Throws `BadRequest` by field, `RuleViolation`. */
  async writeToAll(actor: Actor, id: string, words: Pick<Timetable, 'note' | 'joiningDetails'>): Promise<void> {
    refuseProblems(words);
    await this.change(actor, id, async (tx) => {
      await tx.update(Timetable, id, words);
      return {};
    });
  }

  /** What one person's says besides. Throws as `writeToAll` does, and `NotFound`. */
  async writeTo(actor: Actor, id: string, applicationId: string, note: string | null): Promise<void> {
    refuseProblems({ note });
    await this.change(actor, id, async (tx, timetable) => {
      const { plan, problem } = await this.timetables.check(timetable);
      const change = changesOf(problem.problem, plan).find((one) => one.applicationId === applicationId);
      if (!change) throw new NotFound();
      if (change.kind === 'same') throw new RuleViolation('They keep their time, so no message goes to them');
      await tx.update(TimetablePlacement, { timetableId: id, applicationId }, { note });
      return { applicationId };
    });
  }

  private async change(actor: Actor, id: string, write: (tx: EntityManager, timetable: Timetable) => Promise<Record<string, string>>): Promise<void> {
    await this.database.transaction(async (tx) => {
      const timetable = await this.timetables.lock(tx, id);
      refuseUnless(canChange(timetable.state));
      await this.audit.record(tx, actor, 'timetable.words-written', { type: 'timetable', id }, await write(tx, timetable));
    });
  }
}

function refuseProblems(words: Record<string, string | null>): void {
  const problems = Object.entries(words).flatMap(([field, text]) => noteProblems(text).map((message) => ({ field, message })));
  if (problems.length > 0) throw new BadRequest('The message is not right yet.', problems);
}
