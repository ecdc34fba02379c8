import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { formatDay } from '../shared/dates.js';
import type { Actor } from '../platform/actor.js';
import { subjectOf } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { BadRequest, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import type { FileState } from '../platform/files/file.rules.js';
import { newReference, newTimelessId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { AdjustmentsService } from '../adjustments/adjustments.service.js';
import { CallBacksService } from '../adjustments/call-backs.service.js';
import type { Need } from '../adjustments/arrangement.rules.js';
import { Call } from '../calls/call.entity.js';
import { canApply, type MoreTime } from '../calls/call.rules.js';
import { Question } from '../calls/question.entity.js';
import { answerProblems, isFrozen } from '../calls/question.rules.js';
import { PeopleQueries } from '../people/people.queries.js';
import { PeopleService } from '../people/people.service.js';
import { Person } from '../people/person.entity.js';
import { Application } from './application.entity.js';
import { ApplicationTimes } from './application-times.queries.js';
import { canBeBorn, canEnter, canSubmit, canWithdraw, needsAgeCheck, type Entry } from './application.rules.js';
import type { AboutDto, AnswerDto } from './applications.dto.js';
import { refuseUnlessOpen } from './closed.js';
import { eligibilityProblem } from './eligibility.rules.js';
import { answersWith } from './recording.rules.js';

/** What residents do with their own applications. Anybody else's is `NotFound`. */
@Injectable()
export class ApplicationsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly people: PeopleService,
    private readonly reached: PeopleQueries,
    private readonly adjustments: AdjustmentsService,
    private readonly callBacks: CallBacksService,
    private readonly settings: SettingsReader,
    private readonly times: ApplicationTimes,
    private readonly clock: Clock,
  ) {}

  /** Starts an application, or gives the live one there is. `channel`: by which link they came. Throws `RuleViolation` when the call isn't open. */
  async start(actor: Actor, callSlug: string, channel: string | null = null): Promise<string> {
    return this.database.transaction((tx) => this.startIn(tx, actor, callSlug, channel));
  }

  /** `given` is more time by a code. */
  async startIn(
    tx: EntityManager, actor: Actor, callSlug: string, channel: string | null = null, given: (MoreTime & { id: string }) | null = null,
  ): Promise<string> {
    const personId = subjectOf(actor);
    const call = await tx.findOneBy(Call, { slug: callSlug });
    if (!call || !call.publishedAt) throw new NotFound();
    const existing = await this.liveApplication(tx, call.id, personId);
    if (existing) return existing;
    const { open, permissionToAttach } = await this.times.ofPerson(call.id, personId);
    refuseUnlessOpen(given ? canApply(call, this.clock.now(), given) : open);
    // Those who choose have it in their addresses, and may not read there when somebody began.
    const id = newTimelessId();
    const profile = await tx.findOneBy(Person, { id: personId });
    const [made] = await tx.query<{ id: string }[]>(
      `insert into application (id, reference, call_id, person_id, state, channel, name, postcode, birth_date, created_at, late_permission_id, channel_link_id)
       values ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10,
         (select l.id from channel_link l where l.call_id = $3 and l.code = $11 and l.removed_at is null))
       on conflict (call_id, person_id) where state <> 'withdrawn' and superseded_by is null do nothing returning id`,
      [id, newReference(call.referencePrefix), call.id, personId, actor.channel,
        profile?.name ?? null, profile?.postcode ?? null, profile?.birthDate ?? null, this.clock.now(),
        given?.id ?? permissionToAttach, channel],
    );
    if (!made) return (await this.liveApplication(tx, call.id, personId))!;
    await this.audit.record(tx, actor, 'application.started', { type: 'application', id });
    return id;
  }

  /** Keeps it with the application, and with the person so that nothing is asked twice. */
  async saveAbout(actor: Actor, id: string, about: AboutDto): Promise<void> {
    await this.write(actor, id, 'application.about-saved', async (tx, application) => {
      const { name, postcode } = about;
      const birthDate = about.birthDate ?? null;
      if (birthDate && !canBeBorn(birthDate, this.clock.today())) {
        throw new BadRequest('The date of birth is not right.', [{ field: 'birthDate', message: 'Check your date of birth, or leave it empty' }]);
      }
      const wrong = eligibilityProblem(about.eligibility);
      if (wrong) throw new BadRequest('Something is not right.', [{ field: 'eligibility', message: wrong }]);
      const interestDeclared = about.interest === 'yes';
      await tx.update(Application, id, {
        name, postcode, birthDate, eligibility: about.eligibility, interestDeclared,
        interestWords: interestDeclared ? about.interestWords ?? null : null, ...(about.seatKinds && { seatKinds: about.seatKinds }),
      });
      await this.people.describe(tx, actor, application.personId, { name, postcode, birthDate });
    });
  }

  async saveAnswers(actor: Actor, id: string, answers: readonly AnswerDto[]): Promise<void> {
    await this.write(actor, id, 'application.answers-saved', (tx, application) => this.putAnswers(tx, application, answers));
  }

  /** Whoever helps, and is no access co-ordinator, does not see what was said before and so only adds; or leaves it to a call. */
  async saveAccess(actor: Actor, id: string, needs: readonly Need[], callBack = false): Promise<void> {
    const onlyAdds = actor.onBehalfOf !== null && !actor.acting?.seesNeeds;
    // The audit says nothing of what was asked: nobody who chooses may tell.
    await this.write(actor, id, 'application.access-saved', async (tx, application) => {
      const { personId } = application;
      await (onlyAdds ? this.adjustments.addNeeds(tx, actor, personId, needs) : this.adjustments.saveNeeds(tx, actor, personId, [...needs]));
      if (callBack) await this.callBacks.ask(tx, actor, personId);
      await tx.update(Application, id, { accessAnsweredAt: this.clock.now() });
    });
  }

  async saveContact(actor: Actor, id: string, contactId: string): Promise<void> {
    await this.write(actor, id, 'application.contact-saved', async (tx, application) => {
      await this.people.preferContact(tx, actor, application.personId, contactId);
      await tx.update(Application, id, { contactAnsweredAt: this.clock.now() });
    });
  }

  /** A supporter leaves it at the way the person chose before. */
  async keepContact(actor: Actor, id: string): Promise<void> {
    await this.write(actor, id, 'application.contact-saved', async (tx, application) => {
      if (!(await this.reached.reach(application.personId))) throw new RuleViolation('They have to say first how we can reach them. They can call or text us.');
      await tx.update(Application, id, { contactAnsweredAt: this.clock.now() });
    });
  }

  /**
   * Sends it, once: again gives the same application and does nothing.
   * Throws `RuleViolation` with what is missing, or kindly when the call has closed.
   */
  async submit(actor: Actor, id: string, answers: readonly AnswerDto[] = [], entry: Entry | null = null): Promise<void> {
    await this.database.transaction((tx) => this.submitIn(tx, actor, id, answers, entry));
  }

  /** `entry` is what staff say who wrote it down for somebody. */
  async submitIn(tx: EntityManager, actor: Actor, id: string, answers: readonly AnswerDto[] = [], entry: Entry | null = null): Promise<void> {
    const application = await this.lockOwn(tx, actor, id);
    if (application.submittedAt && application.state !== 'withdrawn') return;
    const call = await tx.findOneByOrFail(Call, { id: application.callId });
    // Asked with the application locked: whoever waited for it past the closing time is late, whenever they pressed.
    const { open, permissionToAttach } = await this.times.ofApplication(id);
    refuseUnlessOpen(open);
    if (permissionToAttach) await tx.query(`update application set late_permission_id = $2 where id = $1`, [id, permissionToAttach]);
    if (answers.length > 0) await this.putAnswers(tx, application, answers);
    refuseUnless(canSubmit(await this.draftOf(tx, application)));
    refuseUnless(canEnter(actor.channel, entry, this.clock.today()));
    const settings = await this.settings.current();
    await tx.update(Application, id, {
      state: 'submitted', submittedAt: this.clock.now(), channel: actor.channel, ...this.entered(actor, entry),
      needsAgeCheck: needsAgeCheck(application.birthDate, this.clock.today(), settings['applications.adult-age']),
    });
    await this.audit.record(tx, actor, 'application.submitted', { type: 'application', id });
    await this.bus.emit(tx, 'application.submitted', {
      applicationId: id, callId: call.id, personId: application.personId, neededBy: call.interviewsFrom,
    });
  }

  private entered(actor: Actor, entry: Entry | null) {
    if (!entry) return {};
    return { receivedOn: entry.receivedOn, ...(entry.readBack && { readBackAt: this.clock.now(), readBackBy: actor.personId }) };
  }

  /** Ends it at any time before the end; what was arranged and booked for it is freed in the same transaction. */
  async withdraw(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await this.lockOwn(tx, actor, id);
      if (application.state === 'withdrawn') return;
      refuseUnless(canWithdraw({ state: application.state, told: await this.lastTold(tx, id) }));
      await tx.update(Application, id, { state: 'withdrawn', withdrawnAt: this.clock.now() });
      // Whatever they have not been told of is not to be told any more, though its message be written.
      await tx.query(
        `update decision set state = 'undone', undone_at = $2, telling_at = null where application_id = $1 and state = 'applied'`,
        [id, this.clock.now()],
      );
      await tx.query(`update decision set state = 'discarded', discarded_at = $2 where application_id = $1 and state = 'pending'`, [id, this.clock.now()]);
      await tx.query(`delete from decision_message m using decision d where d.id = m.decision_id and d.application_id = $1 and d.state = 'undone'`, [id]);
      await this.audit.record(tx, actor, 'application.withdrawn', { type: 'application', id }, { from: application.state });
      await this.bus.emit(tx, 'application.withdrawn', { applicationId: id, callId: application.callId, personId: application.personId });
    });
  }

  /** An interview is booked. */
  async startInterviewing(tx: EntityManager, actor: Actor, id: string): Promise<void> {
    await this.step(tx, actor, id, 'interviewing');
  }

  /** The last booked interview is cancelled. */
  async stopInterviewing(tx: EntityManager, actor: Actor | null, id: string): Promise<void> {
    await this.step(tx, actor, id, 'shortlisted');
  }

  private async step(tx: EntityManager, actor: Actor | null, id: string, state: 'interviewing' | 'shortlisted'): Promise<void> {
    await tx.update(Application, id, { state });
    await this.audit.record(tx, actor, `application.${state}`, { type: 'application', id });
  }

  private async write(actor: Actor, id: string, action: string, work: (tx: EntityManager, application: Application) => Promise<void>): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await this.lockOwn(tx, actor, id);
      if (application.state !== 'draft') throw new RuleViolation('You have sent this application already, so it can’t be changed. Call or text us if something is wrong.');
      refuseUnlessOpen((await this.times.ofApplication(id)).open);
      await work(tx, application);
      await this.audit.record(tx, actor, action, { type: 'application', id });
    });
  }

  private async putAnswers(tx: EntityManager, application: Application, answers: readonly AnswerDto[]): Promise<void> {
    const questions = await tx.find(Question, { where: { callId: application.callId, replacedAt: IsNull() }, order: { position: 'ASC' } });
    const texts = new Map(answers.map(({ questionId, text }) => [questionId, text]));
    const known = new Set(questions.map((question) => question.id));
    if ([...texts.keys()].some((questionId) => !known.has(questionId))) {
      throw new BadRequest('There is an answer to a question that this call does not ask.');
    }
    const errors = [...answerProblems(questions, texts), ...await this.frozen(tx, application, questions, texts)];
    if (errors.length > 0) throw new BadRequest('An answer is not right.', errors);
    await tx.query(
      `insert into answer (application_id, question_id, question_text, text, updated_at)
       select $1, q.id, q.text, w.text, $4 from unnest($2::uuid[], $3::text[]) as w (question_id, text) join question q on q.id = w.question_id
       on conflict (application_id, question_id) do update set question_text = excluded.question_text, text = excluded.text, updated_at = excluded.updated_at`,
      [application.id, [...texts.keys()], [...texts.values()], this.clock.now()],
    );
  }

  /** Answers that were given and can't be changed any more. */
  private async frozen(tx: EntityManager, application: Application, questions: readonly Question[], texts: ReadonlyMap<string, string>) {
    const given = await this.answersOf(tx, application.id);
    return questions.flatMap((question) => {
      const before = given.get(question.id) ?? '';
      const changes = texts.has(question.id) && texts.get(question.id) !== before;
      if (!changes || !isFrozen(question, before, this.clock.today())) return [];
      return [{ field: `answer-${question.id}`, message: `Your answer to “${question.text}” could be changed until ${formatDay(question.freezeAfter!)}` }];
    });
  }

  private async answersOf(tx: EntityManager, applicationId: string): Promise<Map<string, string>> {
    const answers = await tx.query<{ question_id: string; text: string }[]>(
      `select question_id, text from answer where application_id = $1`, [applicationId]);
    return new Map(answers.map((row) => [row.question_id, row.text]));
  }

  private async draftOf(tx: EntityManager, application: Application) {
    const { name, postcode, eligibility, interestDeclared } = application;
    const recordings = await tx.query<{ questionId: string | null; fileState: FileState }[]>(
      `select coalesce(now.id, r.question_id) as "questionId", f.state as "fileState" from recording r join stored_file f on f.id = r.file_id
       left join question q on q.id = r.question_id left join question now on now.lineage_id = q.lineage_id and now.replaced_at is null
       where r.application_id = $1 and r.removed_at is null`, [application.id]);
    return {
      name, postcode, eligibility, interestDeclared,
      questions: await tx.find(Question, { where: { callId: application.callId, replacedAt: IsNull() }, order: { position: 'ASC' } }),
      accessAnswered: application.accessAnsweredAt !== null, contactAnswered: application.contactAnsweredAt !== null,
      answers: await this.answersOf(tx, application.id),
      recorded: recordings.filter(answersWith).map(({ questionId }) => questionId),
    };
  }

  private async lockOwn(tx: EntityManager, actor: Actor, id: string): Promise<Application> {
    const application = await tx.findOne(Application, { where: { id, personId: subjectOf(actor) }, lock: { mode: 'pessimistic_write' } });
    if (!application || application.supersededBy) throw new NotFound();
    return application;
  }

  private async lastTold(tx: EntityManager, applicationId: string): Promise<string | null> {
    const [row] = await tx.query<{ outcome: string }[]>(
      `select outcome from decision where application_id = $1 and state = 'told' order by told_at desc limit 1`, [applicationId]);
    return row?.outcome ?? null;
  }

  private async liveApplication(tx: EntityManager, callId: string, personId: string): Promise<string | null> {
    const [row] = await tx.query<{ id: string }[]>(
      `select id from application where call_id = $1 and person_id = $2 and state <> 'withdrawn' and superseded_by is null`, [callId, personId]);
    return row?.id ?? null;
  }
}
