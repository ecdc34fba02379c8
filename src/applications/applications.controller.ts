import { Body, Controller, Get, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { readChannel } from '../shared/channel.js';
import { seatKinds, seatTitle, type SeatKind } from '../shared/seats.js';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest, NotFound, RuleViolation } from '../platform/errors.js';
import { dayParts, emptyForm, readForm, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { HelpersNeedsDto, NeedsDto, toNeeds, toNeedsValues } from '../adjustments/adjustments.dto.js';
import { AdjustmentsQueries } from '../adjustments/adjustments.queries.js';
import { AdjustmentsService, type Need } from '../adjustments/adjustments.service.js';
import { CallsQueries } from '../calls/calls.queries.js';
import { isFrozen, showAnswer } from '../calls/question.rules.js';
import { PeopleQueries } from '../people/people.queries.js';
import { ApplicationTimes } from './application-times.queries.js';
import { canWithdraw, partsLeft } from './application.rules.js';
import { readAnswers, toFormValues } from './answers.form.js';
import { AboutDto, ContactDto, LetterDto, ReadBackDto } from './applications.dto.js';
import { applicationPaths } from './applications.paths.js';
import { ApplicationsQueries, asDraft, taskList, type OwnApplication } from './applications.queries.js';
import { ApplicationsService } from './applications.service.js';
import { refuseUnlessOpen } from './closed.js';
import { KeptInterceptor } from './kept.interceptor.js';
import { eligibilityNames } from './eligibility.rules.js';

/** A resident writes an application: save and return, check, send once, withdraw. */
@ApiExcludeController()
@Controller()
@SignedIn({ acting: 'apply' })
@UseInterceptors(KeptInterceptor)
export class ApplicationsController {
  constructor(
    private readonly applications: ApplicationsService,
    private readonly queries: ApplicationsQueries,
    private readonly times: ApplicationTimes,
    private readonly calls: CallsQueries,
    private readonly people: PeopleQueries,
    private readonly adjustments: AdjustmentsQueries,
    private readonly adjusting: AdjustmentsService,
    private readonly clock: Clock,
  ) {}

  @Get('opportunities/:slug/apply')
  async before(@CurrentActor() actor: Actor, @Param('slug') slug: string, @Query('from') from: unknown): Promise<Page | Redirect> {
    const live = await this.queries.live(slug, subjectOf(actor));
    if (live) return redirect(applicationPaths.one(live.id));
    const call = await this.calls.publicOne(slug);
    if (!call) throw new NotFound();
    const { open, sendBefore } = await this.times.ofPerson(call.id, subjectOf(actor));
    return page('applications/before', { call, from: readChannel(from), isOpen: open.ok, sendBefore });
  }

  @Post('opportunities/:slug/applications')
  async start(@CurrentActor() actor: Actor, @Param('slug') slug: string, @Body('from') from: unknown): Promise<Redirect> {
    return redirect(applicationPaths.tasks(await this.applications.start(actor, slug, readChannel(from))));
  }

  @Get('my/applications/:id/tasks')
  async tasks(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const application = await this.own(actor, id);
    if (application.state !== 'draft') return redirect(applicationPaths.one(id));
    return page('applications/tasks', { application, tasks: taskList(application) });
  }

  @Get('my/applications/:id/about')
  async about(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const { state, name, postcode, birthDate, eligibility, interestDeclared, interestWords, seatKinds: chosen, callSeats } = await this.own(actor, id);
    if (state !== 'draft') return redirect(applicationPaths.one(id));
    const interest = interestDeclared === null ? undefined : interestDeclared ? 'yes' : 'no';
    return aboutPage(id, callSeats, emptyForm({ name, postcode, seatKinds: chosen, eligibility, interest, interestWords, ...dayParts('birthDate', birthDate) }), 200);
  }

  @Post('my/applications/:id/about')
  async saveAbout(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const { callSeats } = await this.draft(actor, id);
    const form = await readForm(AboutDto, body);
    if (!form.dto) return aboutPage(id, callSeats, form, 422);
    try {
      await this.applications.saveAbout(actor, id, { ...form.dto, seatKinds: form.dto.seatKinds ?? [] });
    } catch (error) {
      if (!(error instanceof BadRequest) || error.errors.length === 0) throw error;
      return aboutPage(id, callSeats, { ...form, errors: [...error.errors] }, 422);
    }
    return redirect(applicationPaths.tasks(id));
  }

  @Get('my/applications/:id/answers')
  async answers(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const application = await this.own(actor, id);
    if (application.state !== 'draft') return redirect(applicationPaths.one(id));
    return this.answersPage(application, emptyForm(toFormValues(application)), 200);
  }

  @Post('my/applications/:id/answers')
  async saveAnswers(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const application = await this.draft(actor, id);
    const { values, answers, changed } = readAnswers(application, body);
    if (changed.length > 0) return this.answersPage(application, { values, errors: changed, dto: null }, 422);
    try {
      await this.applications.saveAnswers(actor, id, answers);
    } catch (error) {
      if (!(error instanceof BadRequest) || error.errors.length === 0) throw error;
      return this.answersPage(application, { values, errors: [...error.errors], dto: null }, 422);
    }
    return redirect(applicationPaths.tasks(id));
  }

  @Get('my/applications/:id/access')
  async access(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    if ((await this.own(actor, id)).state !== 'draft') return redirect(applicationPaths.one(id));
    return this.accessPage(actor, id, emptyForm(toNeedsValues(await this.needsSeenBy(actor))), 200);
  }

  @Post('my/applications/:id/access')
  async saveAccess(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    await this.draft(actor, id);
    const form = await readForm(actor.acting ? HelpersNeedsDto : NeedsDto, body);
    if (!form.dto) return this.accessPage(actor, id, form, 422);
    const callBack = 'callBack' in form.dto && form.dto.callBack === 'yes';
    await this.applications.saveAccess(actor, id, toNeeds(form.dto), callBack);
    return redirect(applicationPaths.tasks(id));
  }

  @Get('my/applications/:id/contact')
  async contact(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    if ((await this.own(actor, id)).state !== 'draft') return redirect(applicationPaths.one(id));
    return this.contactPage(actor, id, emptyForm(), 200);
  }

  @Post('my/applications/:id/contact')
  async saveContact(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    await this.draft(actor, id);
    if (isSupporter(actor)) {
      await this.applications.keepContact(actor, id);
      return redirect(applicationPaths.tasks(id));
    }
    const form = await readForm(ContactDto, body);
    if (!form.dto) return this.contactPage(actor, id, form, 422);
    await this.applications.saveContact(actor, id, form.dto.contactId);
    return redirect(applicationPaths.tasks(id));
  }

  @Get('my/applications/:id/check')
  async check(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    if ((await this.own(actor, id)).state !== 'draft') return redirect(applicationPaths.one(id));
    return this.checkPage(actor, id);
  }

  @Post('my/applications/:id/submission')
  async submit(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = actor.acting?.byStaff ? await readForm<ReadBackDto | LetterDto>(actor.channel === 'post' ? LetterDto : ReadBackDto, body) : null;
    if (form && !form.dto) return this.checkPage(actor, id, { form });
    const entry = form?.dto ? { readBack: 'readBack' in form.dto, receivedOn: 'receivedOn' in form.dto ? form.dto.receivedOn : null } : null;
    try {
      await this.applications.submit(actor, id, [], entry);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.checkPage(actor, id, { problem: error.message });
    }
    return redirect(applicationPaths.one(id), actor.acting ? 'It is sent. We have the application.' : 'We have your application.');
  }

  @Get('my/applications/:id/withdrawal')
  async withdrawal(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const application = await this.queries.status(id, subjectOf(actor));
    if (!application) throw new NotFound();
    if (!canWithdraw({ state: application.state, told: application.outcome }).ok) return redirect(applicationPaths.one(id));
    return page('applications/withdrawal', { application });
  }

  @Post('my/applications/:id/withdrawal')
  async withdraw(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.applications.withdraw(actor, id);
    return redirect(applicationPaths.mine(), actor.acting ? 'The application is withdrawn.' : 'Your application is withdrawn.');
  }

  /** Throws `NotOpen` for a draft that can't be written any more. */
  private async own(actor: Actor, id: string): Promise<OwnApplication & { sendBefore: Date }> {
    const application = await this.queries.own(id, subjectOf(actor));
    if (!application) throw new NotFound();
    const { open, sendBefore } = await this.times.ofApplication(id);
    if (application.state === 'draft') refuseUnlessOpen(open);
    return { ...application, sendBefore };
  }

  private async draft(actor: Actor, id: string): Promise<OwnApplication & { sendBefore: Date }> {
    const application = await this.own(actor, id);
    if (application.state !== 'draft') throw new RuleViolation('You have sent this application already, so it can’t be changed. Call or text us if something is wrong.');
    return application;
  }

  private answersPage(application: OwnApplication, form: Form<unknown>, status: number): Page {
    const given = new Map(application.answers.map(({ questionId, text }) => [questionId, text]));
    const today = this.clock.today();
    const questions = application.questions.map((question) => {
      const text = given.get(question.id) ?? '';
      return { ...question, frozen: isFrozen(question, text, today), shown: showAnswer(question.kind, text), reworded: !given.has(question.id) && question.version > 1 };
    });
    return page('applications/answers', { application, questions, form }, status);
  }

  /** While somebody helps, what was said before is shown to an access co-ordinator alone, and that is written down. */
  private async needsSeenBy(actor: Actor): Promise<Need[]> {
    const { acting } = actor;
    if (acting && !acting.seesNeeds) return [];
    if (acting) await this.adjusting.recordLook(actor, [subjectOf(actor)]);
    return this.adjustments.needsOf(subjectOf(actor));
  }

  private async accessPage(actor: Actor, id: string, form: Form<unknown>, status: number): Promise<Page> {
    const catalogue = await this.adjustments.catalogue();
    return page('applications/access', { id, form, catalogue, onlyAdds: actor.acting && !actor.acting.seesNeeds, byStaff: actor.acting?.byStaff }, status);
  }

  private async contactPage(actor: Actor, id: string, form: Form<unknown>, status: number): Promise<Page> {
    if (isSupporter(actor)) return page('applications/contact-kept', { id, reachable: (await this.people.reach(subjectOf(actor))) !== null });
    const contacts = await this.people.contacts(subjectOf(actor));
    const preferred = contacts.find((contact) => contact.preferred)?.id;
    return page('applications/contact', { id, form, contacts, preferred, byStaff: actor.acting?.byStaff }, status);
  }

  /** What is left to do is said part by part, each leading to its place; anything else as it is. */
  private async checkPage(actor: Actor, id: string, { problem, form }: { problem?: string; form?: Form<unknown> } = {}): Promise<Page> {
    const application = await this.draft(actor, id);
    const left = partsLeft(asDraft(application)).map(({ part, words }) => ({ field: part, message: words }));
    const errors = form ? form.errors : problem === undefined ? [] : left.length > 0 ? left : [{ field: '', message: problem }];
    const names = new Map((await this.adjustments.catalogue()).flatMap(({ kinds }) => kinds.map(({ code, name }) => [code, name])));
    const needs = (await this.needsSeenBy(actor)).map((need) => ({ ...need, name: names.get(need.code) }));
    const [contact] = isSupporter(actor) ? [] : await this.people.contacts(subjectOf(actor));
    const given = new Map(application.answers.map(({ questionId, text }) => [questionId, text]));
    const answers = application.questions.map(({ id: questionId, text, kind }) => ({ question: text, text: showAnswer(kind, given.get(questionId) ?? '') }));
    const belongs = application.eligibility.map((one) => eligibilityNames[one]);
    return page('applications/check', {
      application, answers, belongs, needs, contact, tasks: taskList(application), form: { ...emptyForm(form?.values), errors },
      entry: actor.acting?.byStaff ? actor.channel : null, needsHidden: actor.acting && !actor.acting.seesNeeds, contactHidden: isSupporter(actor),
    }, errors.length > 0 ? 422 : 200);
  }
}

function isSupporter({ acting }: Actor): boolean {
  return acting ? !acting.byStaff : false;
}

function aboutPage(id: string, callSeats: readonly SeatKind[], form: Form<unknown>, status: number): Page {
  return page('applications/about', { id, form, eligibilityNames, seatItems: seatItems(callSeats) }, status);
}

/** Asked only where there is more than one. */
function seatItems(kinds: readonly SeatKind[]) {
  return kinds.length > 1 ? seatKinds.filter((kind) => kinds.includes(kind)).map((kind) => ({ value: kind, text: seatTitle(kind) })) : [];
}
