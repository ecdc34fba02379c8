import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { londonDay } from '../shared/dates.js';
import { formatRate } from '../shared/money.js';
import { seatName } from '../shared/seats.js';
import { subjectOf, type Actor, type ActingScope } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { NotFound } from '../platform/errors.js';
import { SettingsReader } from '../platform/settings.js';
import { emptyForm } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { adjustmentsPaths } from '../adjustments/adjustments.paths.js';
import { AdjustmentsQueries } from '../adjustments/adjustments.queries.js';
import { ArrangementAnswersQueries } from '../adjustments/answers.queries.js';
import { FeedbackQueries } from '../adjustments/feedback.queries.js';
import { ProfileQueries } from '../adjustments/profile.queries.js';
import { seenNames, seenState, whatHappensWhen, type SeenState } from '../applications/application-status.rules.js';
import { canWithdraw } from '../applications/application.rules.js';
import { equalityPaths } from '../applications/equality.paths.js';
import { timetablePaths } from '../timetables/timetables.paths.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { ApplicationsQueries } from '../applications/applications.queries.js';
import { RecordingsQueries } from '../applications/recordings.queries.js';
import { InterviewQuestionsQueries } from '../interviews/interview-questions.queries.js';
import { interviewPaths } from '../interviews/interviews.paths.js';
import { InterviewsQueries } from '../interviews/interviews.queries.js';
import { peoplePaths } from '../people/people.paths.js';
import { SupportersQueries, type HelpedPerson } from '../people/supporters.queries.js';
import { scopeNames } from '../people/helping.rules.js';
import { HelpedQueries } from './helped.queries.js';
import { SiteQueries } from './site.queries.js';

/** What there is for a resident to do now, in their words; null when they only wait. */
const NOW: Record<SeenState, string | null> = {
  draft: 'Finish and send your application',
  waiting: null,
  choose_time: 'Choose your interview time',
  interview: null,
  after_interview: null,
  reserve: null,
  not_selected: null,
  offer: 'Say whether you take the place',
  member: null,
  said_no: null,
  lapsed: null,
  ended: null,
};

/** A resident's own pages: what to do now, what we are arranging, what happens when. */
@ApiExcludeController()
@Controller('my')
@SignedIn()
export class ResidentController {
  constructor(
    private readonly applications: ApplicationsQueries,
    private readonly recordings: RecordingsQueries,
    private readonly interviews: InterviewsQueries,
    private readonly questions: InterviewQuestionsQueries,
    private readonly adjustments: AdjustmentsQueries,
    private readonly profile: ProfileQueries,
    private readonly answers: ArrangementAnswersQueries,
    private readonly feedback: FeedbackQueries,
    private readonly queries: SiteQueries,
    private readonly helped: HelpedQueries,
    private readonly supporters: SupportersQueries,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  @Get()
  async home(@CurrentActor() actor: Actor): Promise<Page> {
    const [helped, applications, claims, occasions] = await Promise.all([
      this.supporters.helpedBy(actor.personId),
      this.listed(actor),
      this.queries.claimsToAnswer(actor.personId), this.queries.nextOccasions(actor.personId),
    ]);
    const todo = applications.filter(({ now }) => now !== null);
    return page('site/resident-home', {
      applications: applications.slice(0, 5), todo, claims, occasions, signedInAs: actor.name, helped: helped.map(toHelp), supportersHref: peoplePaths.supporters(),
      access: await this.accessToDo(actor.personId), calendarHref: interviewPaths.myCalendar(),
    });
  }

  @Get('applications')
  @SignedIn({ acting: ['apply', 'interviews'] })
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    return page('site/resident-applications', { applications: await this.listed(actor) });
  }

  /** What a supporter did, for whom they did it and for themselves. */
  @Get('supporters/:id/done')
  async done(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    const helping = await this.helped.between(id, actor.personId);
    if (!helping) throw new NotFound();
    const own = helping.personId === actor.personId;
    return page('site/supporter-done', { helping, own, lines: await this.helped.done(helping.personId, helping.supporterId), back: own ? peoplePaths.supporters() : '/my' });
  }

  @Get('applications/:id')
  @SignedIn({ acting: ['apply', 'interviews'] })
  async one(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const status = await this.applications.status(id, subjectOf(actor));
    if (!status) throw new NotFound();
    if (status.state === 'draft') return redirect(applicationPaths.tasks(id));
    const seen = seenState(status);
    const { acting } = actor;
    const may = (scope: ActingScope) => !acting || acting.scopes.includes(scope);
    const interview = status.interviewAt && await this.interviews.liveBooking(id);
    const resultDays = (await this.settings.current())['applications.result-days'];
    return page('site/resident-application', {
      application: status, seen, recordings: (await this.recordings.of(id)).length, seenName: seenNames[seen], form: emptyForm(),
      questionsHref: seen === 'interview' && (await this.questions.sentTo(id)).length > 0 ? interviewPaths.questions(id) : null,
      timesHref: timetablePaths.times(id),
      // That something is still to be arranged is theirs to know, not for whoever helps.
      interview, saysWhetherConfirmed: !acting || acting.seesNeeds, interviewToday: interview?.attendance === 'expected' && londonDay(interview.startsAt) === this.clock.today() && interview.endsAt > this.clock.now(),
      otherInterviews: (await this.interviews.liveBookings(id)).filter(({ bookingId }) => bookingId !== interview?.bookingId),
      choices: seen === 'choose_time' ? await this.interviews.choices(id) : null,
      equalityHref: acting ? null : equalityPaths.questions(id),
      // What somebody needs is for them to show, not for whoever helps.
      arrangements: acting ? [] : (await this.adjustments.arrangementsOf(actor.personId)).filter(({ open }) => open),
      // A co-ordinator does not see applications: a lead attaches the letter.
      letter: acting?.byStaff && actor.channel === 'post' ? { scansHref: acting.seesNeeds ? null : applicationPaths.staffScans(id) } : null,
      entered: await this.helped.entered(id), may: { interviews: may('interviews'), offer: may('offer') },
      whatHappens: whatHappensWhen(status, { ...status, resultDays }, this.clock.today()),
      rate: formatRate({ pence: status.ratePence, unit: status.rateUnit }),
      seat: status.seatKind && seatName(status.seatKind),
      mayApplyAgain: status.closesAt > this.clock.now(),
      mayWithdraw: may('apply') && canWithdraw({ state: status.state, told: status.outcome }).ok,
    });
  }

  /** What waits for them on their access requirements; a line each, without a word of what it is. */
  private async accessToDo(personId: string) {
    const checks = await this.profile.openChecks(personId);
    const waiting = await this.answers.waitingFor(personId);
    const toSay = await this.feedback.toSay(personId);
    const offers = waiting.filter(({ kind }) => kind === 'alternative');
    return [
      ...(offers.length > 0 ? [{ heading: 'Answer our other idea', words: 'We can’t do it in the way you asked. We have thought of something else.', href: adjustmentsPaths.mine(), go: 'See what we offer' }] : []),
      ...(checks.length > 0 ? [{ heading: 'Still right?', words: 'You told us what helps you take part. Is it still right?', href: adjustmentsPaths.mine(), go: 'Look at it' }] : []),
      ...(toSay.length > 0 ? [{ heading: 'Did we get this right?', words: 'You took part in something. Was what you asked for there?', href: adjustmentsPaths.feedback(), go: 'Tell us' }] : []),
    ];
  }

  private async listed(actor: Actor) {
    const now = this.clock.now();
    return (await this.applications.mine(subjectOf(actor))).map((application) => {
      const seen = seenState(application);
      return { ...application, seen, seenName: seenNames[seen], now: seen === 'interview' && application.timeToAgree ? 'Say whether your interview time works' : seen === 'draft' && later(application.closesAt, application.moreTimeUntil) <= now ? null : NOW[seen] };
    });
  }
}

function toHelp({ id, name, scope, endsOn }: HelpedPerson): object {
  return {
    name: name ?? 'Somebody who has not told us their name', endsOn, does: scope.map((one) => scopeNames[one]),
    action: scope.some((one) => one !== 'messages') ? peoplePaths.help(id) : null, done: peoplePaths.supporterDone(id),
  };
}

function later(a: Date, b: Date | null): Date {
  return b && b > a ? b : a;
}
