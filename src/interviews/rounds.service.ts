import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { londonDay } from '../shared/dates.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { Call } from '../calls/call.entity.js';
import { InterviewRound } from './round.entity.js';
import { canChooseFor, canPlanRound } from './round.rules.js';
import type { RoundDto } from './rounds.dto.js';

/** The rounds of a call's interviews. */
@Injectable()
export class RoundsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly settings: SettingsReader,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** A call is published, with its days for interviews. */
  async openFirst(tx: EntityManager, callId: string): Promise<void> {
    if (await tx.existsBy(InterviewRound, { callId })) return;
    const { interviewsFrom, interviewsTo } = await tx.findOneByOrFail(Call, { id: callId });
    const id = newId();
    await tx.insert(InterviewRound, {
      id, callId, number: 1, name: 'First interviews', fromOn: interviewsFrom, toOn: interviewsTo, formats: ['in_person', 'phone', 'video'],
      ...(await this.settings.current())['interviews.round'], createdBy: null, createdAt: this.clock.now(), version: 1,
    });
    await this.audit.record(tx, null, 'interview-round.opened', { type: 'interview_round', id }, { callId });
  }

  /** One more round, after those there are. The same id again changes nothing. Throws `RuleViolation`. */
  async add(actor: Actor, callId: string, wanted: RoundDto & { id: string }): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (await tx.existsBy(InterviewRound, { id: wanted.id, callId })) return;
      await this.lockCall(tx, callId, wanted);
      const [last] = await tx.query<{ number: number }[]>(`select coalesce(max(number), 0) as number from interview_round where call_id = $1`, [callId]);
      if (last!.number >= 9) throw new RuleViolation('Nine rounds are the most');
      const { id } = wanted;
      await tx.insert(InterviewRound, {
        id, callId, number: last!.number + 1, ...fields(wanted), createdBy: actor.personId, createdAt: this.clock.now(), version: 1,
      });
      await this.putRooms(tx, id, wanted.rooms);
      await this.audit.record(tx, actor, 'interview-round.added', { type: 'interview_round', id }, { callId });
    });
  }

  /** What is planned from now on; times that were made stay as they are. `version` is what they saw. */
  async change(actor: Actor, roundId: string, wanted: RoundDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const round = await tx.findOne(InterviewRound, { where: { id: roundId }, lock: { mode: 'pessimistic_write' } });
      if (!round) throw new NotFound();
      if (wanted.version !== round.version) throw new Conflict('Somebody has changed this round meanwhile. Look at it again before you go on.');
      await this.lockCall(tx, round.callId, wanted);
      await tx.save(InterviewRound, { ...round, ...fields(wanted) });
      await this.putRooms(tx, roundId, wanted.rooms);
      await this.audit.record(tx, actor, 'interview-round.changed', { type: 'interview_round', id: roundId });
    });
  }

  /** The leads choose who comes to a later round; whoever was chosen stays. They hear when there are times to choose from. */
  async choose(actor: Actor, roundId: string, applicationIds: readonly string[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      const round = await tx.findOneBy(InterviewRound, { id: roundId });
      if (!round) throw new NotFound();
      for (const id of [...applicationIds].sort()) await this.chooseOne(tx, actor, round, id);
    });
  }

  private async chooseOne(tx: EntityManager, actor: Actor, round: InterviewRound, applicationId: string): Promise<void> {
    const [application] = await tx.query<{ state: string; personId: string; toldShortlisted: boolean }[]>(
      `select a.state, a.person_id as "personId", exists (
         select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted') as "toldShortlisted"
       from application a where a.id = $1 and a.call_id = $2 and a.superseded_by is null for update`, [applicationId, round.callId]);
    if (!application) throw new NotFound();
    refuseUnless(canChooseFor(round, application));
    const made = await tx.query<object[]>(
      `insert into round_applicant (round_id, application_id, chosen_by, chosen_at) values ($1, $2, $3, $4) on conflict do nothing returning round_id`,
      [round.id, applicationId, actor.personId, this.clock.now()]);
    if (made.length === 0) return;
    await this.audit.record(tx, actor, 'interview-round.chosen', { type: 'application', id: applicationId }, { roundId: round.id });
    const { callId } = round;
    await this.bus.emit(tx, 'interview.another-round', { roundId: round.id, applicationId, callId, personId: application.personId });
  }

  private async lockCall(tx: EntityManager, callId: string, wanted: RoundDto): Promise<void> {
    const call = await tx.findOne(Call, { where: { id: callId }, lock: { mode: 'for_no_key_update' } });
    if (!call) throw new NotFound();
    refuseUnless(canPlanRound(wanted, { state: call.state, closesOn: londonDay(call.closedEarlyAt ?? call.closesAt) }));
  }

  private async putRooms(tx: EntityManager, roundId: string, rooms: readonly string[]): Promise<void> {
    await tx.query(`delete from round_room where round_id = $1`, [roundId]);
    await tx.query(`insert into round_room (round_id, room_id) select $1, id from resource where kind = 'room' and id = any($2)`, [roundId, rooms]);
  }
}

function fields({ name, fromOn, toOn, formats, baseMinutes, breakMinutes, panelLeast, panelMost }: RoundDto) {
  return { name, fromOn, toOn, formats, baseMinutes, breakMinutes, panelLeast, panelMost };
}
