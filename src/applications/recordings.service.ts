import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { BadRequest, NotFound, refuseUnless } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { Files } from '../platform/files/files.service.js';
import { Question } from '../calls/question.entity.js';
import { Application } from './application.entity.js';
import { ApplicationTimes } from './application-times.queries.js';
import { refuseUnlessOpen } from './closed.js';
import { canAddScan, canChangeRecordings, canCheckTranscript, canTranscribe, kindOf, type RecordingKind } from './recording.rules.js';

interface Kept {
  id: string;
  fileId: string;
  question: Question | null;
  purpose: 'recording' | 'scan';
}

interface RecordingRow {
  id: string;
  kind: RecordingKind;
  file_id: string;
  transcript: string | null;
}

/** Answers that are spoken, signed or on paper. They stand as they are; a transcript is added beside them. */
@Injectable()
export class RecordingsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly files: Files,
    private readonly times: ApplicationTimes,
    private readonly clock: Clock,
  ) {}

  /** Keeps an uploaded file as the answer to a question, or to all; one that stood there before is deleted. */
  async add(actor: Actor, applicationId: string, { id, questionId, fileId }: { id: string; questionId: string | null; fileId: string }): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await this.lockOwn(tx, actor, applicationId);
      refuseUnless(canChangeRecordings(application));
      refuseUnlessOpen((await this.times.ofApplication(applicationId)).open);
      if (await this.find(tx, applicationId, id)) return;
      const question = questionId === null ? null : await tx.findOneBy(Question, { id: questionId, callId: application.callId });
      if (questionId !== null && !question) throw new BadRequest('That is not one of the questions.');
      const [before] = await tx.query<RecordingRow[]>(
        `select id, file_id from recording where application_id = $1 and question_id is not distinct from $2 and kind <> 'scan' and removed_at is null`,
        [applicationId, questionId]);
      if (before) await this.removeIn(tx, actor, before);
      await this.insert(tx, actor, application, { id, fileId, question, purpose: 'recording' });
    });
  }

  async remove(actor: Actor, applicationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await this.lockOwn(tx, actor, applicationId);
      const recording = await this.find(tx, applicationId, id);
      if (!recording) throw new NotFound();
      refuseUnless(canChangeRecordings(application));
      refuseUnlessOpen((await this.times.ofApplication(applicationId)).open);
      await this.removeIn(tx, actor, recording);
    });
  }

  /** Staff attach what came by post. */
  async addScan(actor: Actor, applicationId: string, { id, fileId }: { id: string; fileId: string }): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await this.lock(tx, applicationId);
      refuseUnless(canAddScan(application));
      if (await this.find(tx, applicationId, id)) return;
      await this.insert(tx, { ...actor, channel: 'post' }, application, { id, fileId, question: null, purpose: 'scan' });
    });
  }

  async removeScan(actor: Actor, applicationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.lock(tx, applicationId);
      const recording = await this.find(tx, applicationId, id);
      if (recording?.kind !== 'scan') throw new NotFound();
      await this.removeIn(tx, actor, recording);
    });
  }

  /** Writes down what is said or signed, for those who need to read it; the resident is told and may look. */
  async transcribe(actor: Actor, applicationId: string, id: string, transcript: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await this.lock(tx, applicationId);
      const recording = await this.find(tx, applicationId, id);
      if (!recording) throw new NotFound();
      refuseUnless(canTranscribe(application));
      if (recording.transcript === transcript) return;
      await tx.query(
        `update recording set transcript = $2, transcript_by = $3, transcript_at = $4,
           transcript_verdict = null, transcript_wish = null, transcript_checked_at = null where id = $1`,
        [id, transcript, actor.personId, this.clock.now()]);
      await this.audit.record(tx, actor, 'recording.transcribed', { type: 'recording', id });
      await this.bus.emit(tx, 'recording.transcribed', { recordingId: id, applicationId, callId: application.callId, personId: application.personId });
    });
  }

  /** The resident says that it is right, or what must change. They need do neither. */
  async checkTranscript(actor: Actor, applicationId: string, id: string, wish: string | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.lockOwn(tx, actor, applicationId);
      const recording = await this.find(tx, applicationId, id);
      if (!recording) throw new NotFound();
      refuseUnless(canCheckTranscript(recording));
      const verdict = wish === null ? 'right' : 'change';
      await tx.query(
        `update recording set transcript_verdict = $2, transcript_wish = $3, transcript_checked_at = $4 where id = $1`,
        [id, verdict, wish, this.clock.now()]);
      await this.audit.record(tx, actor, 'recording.transcript-checked', { type: 'recording', id }, { verdict });
    });
  }

  private async insert(tx: EntityManager, actor: Actor, application: Application, { id, fileId, question, purpose }: Kept): Promise<void> {
    const { mediaType, claimedType } = await this.files.attach(tx, actor, fileId, purpose);
    const kind = purpose === 'scan' ? 'scan' : kindOf(mediaType!, claimedType);
    await tx.query(
      `insert into recording (id, application_id, question_id, question_text, file_id, kind, added_by, channel, added_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, application.id, question?.id ?? null, question?.text ?? null, fileId, kind, actor.personId, actor.channel, this.clock.now()]);
    await this.audit.record(tx, actor, 'recording.added', { type: 'recording', id }, { applicationId: application.id });
  }

  private async removeIn(tx: EntityManager, actor: Actor, { id, file_id }: RecordingRow): Promise<void> {
    await tx.query(`update recording set removed_at = $2 where id = $1`, [id, this.clock.now()]);
    await this.files.remove(tx, actor, file_id);
    await this.audit.record(tx, actor, 'recording.removed', { type: 'recording', id });
  }

  private async find(tx: EntityManager, applicationId: string, id: string): Promise<RecordingRow | null> {
    const [row] = await tx.query<RecordingRow[]>(
      `select id, kind, file_id, transcript from recording where id = $1 and application_id = $2 and removed_at is null`, [id, applicationId]);
    return row ?? null;
  }

  private async lockOwn(tx: EntityManager, actor: Actor, id: string): Promise<Application> {
    const application = await this.lock(tx, id);
    if (application.personId !== subjectOf(actor)) throw new NotFound();
    return application;
  }

  private async lock(tx: EntityManager, id: string): Promise<Application> {
    const application = await tx.findOne(Application, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!application) throw new NotFound();
    return application;
  }
}
