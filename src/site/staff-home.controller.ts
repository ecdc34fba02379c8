import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { Invariants } from '../platform/invariants.js';
import { page, type Page } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { adjustmentsPaths } from '../adjustments/adjustments.paths.js';
import { AdjustmentsQueries } from '../adjustments/adjustments.queries.js';
import { FeedbackQueries } from '../adjustments/feedback.queries.js';
import { CallBacksQueries } from '../adjustments/call-backs.queries.js';
import { TellingQueries } from '../notifications/telling.queries.js';
import { stateNames } from '../applications/application.rules.js';
import { ChasingQueries } from '../choosing/chasing.queries.js';
import { callPaths } from '../calls/calls.paths.js';
import { CallsQueries } from '../calls/calls.queries.js';
import { choosingPaths } from '../choosing/choosing.paths.js';
import { BlindQueries } from '../choosing/blind.queries.js';
import { ChoosingQueries } from '../choosing/choosing.queries.js';
import { ReviewQueries } from '../choosing/review.queries.js';
import { reviewPaths } from '../choosing/reviews.paths.js';
import { BudgetQueries } from '../budgets/budgets.queries.js';
import { groupPaths } from '../groups/groups.paths.js';
import { MeetingQueries } from '../groups/meetings.queries.js';
import { InterviewDaysQueries } from '../interviews/interview-days.queries.js';
import { InterviewQuestionsQueries } from '../interviews/interview-questions.queries.js';
import { interviewPaths } from '../interviews/interviews.paths.js';
import { InterviewsQueries } from '../interviews/interviews.queries.js';
import { notificationsPaths } from '../notifications/notifications.paths.js';
import { paymentPaths } from '../payments/payments.paths.js';
import { HandOver } from '../people/hand-over.service.js';
import { PeopleQueries } from '../people/people.queries.js';
import { newId } from '../platform/ids.js';
import { formatNames } from '../diary/diary.rules.js';
import { SiteQueries, type StaffCounts } from './site.queries.js';

type Counts = StaffCounts & { callsToApprove: number; interviewsThisWeek: number; meetingsToRecord: number };

interface CountCard {
  number: number;
  text: string;
  href: string;
  urgent: boolean;
}

/** What needs doing, for each role. */
@ApiExcludeController()
@Controller('staff')
@May('staff.home')
export class StaffHomeController {
  constructor(
    private readonly queries: SiteQueries,
    private readonly calls: CallsQueries,
    private readonly choosing: ChoosingQueries,
    private readonly chasing: ChasingQueries,
    private readonly blind: BlindQueries,
    private readonly reviews: ReviewQueries,
    private readonly interviews: InterviewsQueries,
    private readonly days: InterviewDaysQueries,
    private readonly questions: InterviewQuestionsQueries,
    private readonly adjustments: AdjustmentsQueries,
    private readonly callBacks: CallBacksQueries,
    private readonly feedback: FeedbackQueries,
    private readonly telling: TellingQueries,
    private readonly meetings: MeetingQueries,
    private readonly budgets: BudgetQueries,
    private readonly people: PeopleQueries,
    private readonly handOver: HandOver,
    private readonly invariants: Invariants,
    private readonly clock: Clock,
  ) {}

  @Get()
  async home(@CurrentActor() actor: Actor): Promise<Page> {
    const reads = may(actor, 'application.read');
    const waiting = reads ? await this.choosing.waiting(this.clock.now(), await this.blind.callsHiddenFrom(actor.personId)) : [];
    return page('site/staff-home', {
      cards: [
        ...countCards(actor, await this.counts()),
        ...await this.reviewCards(actor),
        ...await this.panelCards(actor),
        ...await this.arrangementCards(actor),
        ...await this.tellingCards(actor),
      ],
      reads,
      sharedJob: may(actor, 'call.write') ? await this.people.sharedJobToday('strategic_lead') : null,
      notes: may(actor, 'call.write') && await this.handOver.jobShareOf(actor) !== null ? await this.handOver.open(actor) : null,
      noteForm: { values: { id: newId() }, errors: [] },
      waiting: waiting.map((one) => ({ ...one, stateName: stateNames[one.state] })),
      offers: may(actor, 'application.decide') ? await this.chasing.due() : [],
      sittings: await this.sittings(actor), formatNames, today: this.clock.today(),
      interviews: may(actor, 'interview.schedule') ? await this.interviews.upcoming(5) : [],
      budgets: may(actor, 'budget.read') ? await this.budgets.lines() : [],
      invariants: may(actor, 'audit.read') ? { broken: await this.invariants.broken(), checkedAt: await this.invariants.lastChecked() } : null,
      chain: may(actor, 'audit.read') ? await this.queries.auditChainLately() : null,
    });
  }

  @Get('audit')
  @May('audit.read')
  async audit(): Promise<Page> {
    return page('site/staff-audit', { audit: await this.queries.audit(), chain: await this.queries.auditChain() });
  }

  private async counts(): Promise<Counts> {
    return {
      ...await this.queries.staffCounts(),
      callsToApprove: await this.calls.countToApprove(),
      interviewsThisWeek: await this.interviews.countThisWeek(),
      meetingsToRecord: await this.meetings.countUnrecorded(),
    };
  }

  /** Only for who has something left to score. */
  private async reviewCards(actor: Actor): Promise<CountCard[]> {
    if (!may(actor, 'review.score')) return [];
    const open = (await this.reviews.mine(actor.personId)).filter(({ state }) => state === 'open');
    const number = open.reduce((sum, { left }) => sum + left, 0);
    if (number === 0) return [];
    return [{ number, text: number === 1 ? 'application to score' : 'applications to score', href: reviewPaths.mine(), urgent: false }];
  }

  /** What is left to score, and rounds whose questions nobody has written. */
  private async panelCards(actor: Actor): Promise<CountCard[]> {
    const toScore = may(actor, 'interview.read')
      ? (await this.days.toScore(actor.personId, false)).filter(({ given, conflict, revealed }) => !given && !conflict && !revealed).length : 0;
    const missing = may(actor, 'interview.question') ? await this.questions.missing() : [];
    return [
      ...(toScore > 0 ? [{ number: toScore, text: toScore === 1 ? 'interview to score' : 'interviews to score', href: interviewPaths.panel(), urgent: false }] : []),
      ...(missing.length > 0 ? [{
        number: missing.length, text: missing.length === 1 ? 'round of interviews without questions' : 'rounds of interviews without questions',
        href: interviewPaths.roundQuestions(missing[0]!.roundId), urgent: true,
      }] : []),
    ];
  }

  /** When they sit on a panel themselves: today's first, and the next ones. */
  private async sittings(actor: Actor) {
    return may(actor, 'interview.read') ? (await this.days.ownSittings(actor.personId)).slice(0, 5).map((one) => ({ ...one, href: interviewPaths.daySheet(one.day) })) : [];
  }

  /** Nothing is said where nobody likes calls or letters. */
  private async tellingCards(actor: Actor): Promise<CountCard[]> {
    const number = may(actor, 'message.tell') ? await this.telling.count(may(actor, 'arrangement.read')) : 0;
    if (number === 0) return [];
    return [{ number, text: number === 1 ? 'person to call or write to' : 'people to call or write to', href: notificationsPaths.toTell(), urgent: true }];
  }

  private async arrangementCards(actor: Actor): Promise<CountCard[]> {
    if (!may(actor, 'arrangement.read')) return [];
    const counts = await this.adjustments.counts();
    const href = adjustmentsPaths.arrangements();
    const toCall = await this.callBacks.count();
    const sorry = (await this.feedback.apologies()).length;
    return [
      ...(sorry > 0 ? [{ number: sorry, text: sorry === 1 ? 'person to say sorry to today' : 'people to say sorry to today', href: `${href}#apologies`, urgent: true }] : []),
      ...(toCall > 0 ? [{ number: toCall, text: toCall === 1 ? 'person to call about what they need' : 'people to call about what they need', href: `${href}#call-backs`, urgent: true }] : []),
      { number: counts.overdue, text: counts.overdue === 1 ? 'thing at risk' : 'things at risk', href: `${href}#overdue`, urgent: counts.overdue > 0 },
      { number: counts.soon, text: 'to book this week', href: `${href}#soon`, urgent: false },
      { number: counts.later, text: 'to book later', href: `${href}#later`, urgent: false },
      { number: counts.booked, text: 'booked', href: `${href}#booked`, urgent: false },
    ];
  }
}

/** A home counts only what its reader can do something about. */
function countCards(actor: Actor, counts: Counts): CountCard[] {
  const cards: CountCard[] = [];
  const add = (number: number, [one, many]: readonly [string, string], href: string, urgent = false) =>
    cards.push({ number, text: number === 1 ? one : many, href, urgent: urgent && number > 0 });
  if (may(actor, 'call.approve') && counts.callsToApprove > 0) {
    add(counts.callsToApprove, ['call to approve', 'calls to approve'], callPaths.staffList(), true);
  }
  if (may(actor, 'application.decide')) {
    add(counts.toDecide, ['application to decide', 'applications to decide'], '/staff/applications?state=submitted');
    add(counts.untold, ['person to tell', 'people to tell'], choosingPaths.list(), true);
    add(counts.timesAskedFor, ['person asks for other times', 'people ask for other times'], interviewPaths.list(), true);
  }
  if (may(actor, 'interview.read')) add(counts.interviewsThisWeek, ['interview this week', 'interviews this week'], interviewPaths.list());
  if (may(actor, 'meeting.record') && counts.meetingsToRecord > 0) {
    add(counts.meetingsToRecord, ['meeting without all attendance', 'meetings without all attendance'], groupPaths.list(), true);
  }
  if (may(actor, 'claim.approve')) add(counts.claimsToApprove, ['claim to approve', 'claims to approve'], paymentPaths.claims(), true);
  if (may(actor, 'run.write')) {
    add(counts.claimsToPay, ['claim to pay', 'claims to pay'], paymentPaths.runs());
    add(counts.runsToRelease, ['run to release', 'runs to release'], paymentPaths.runs(), true);
    add(counts.runsToExport, ['run to send to the bank', 'runs to send to the bank'], paymentPaths.runs());
  }
  if (may(actor, 'message.mend') && counts.messagesToMend > 0) {
    add(counts.messagesToMend, ['person to reach', 'people to reach'], notificationsPaths.toMend(), true);
  }
  return cards;
}
