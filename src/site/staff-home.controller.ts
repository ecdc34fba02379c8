import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { page, type Page } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { AdjustmentsQueries } from '../adjustments/adjustments.queries.js';
import { stateNames } from '../applications/application.rules.js';
import { ChoosingQueries } from '../applications/choosing.queries.js';
import { BudgetQueries } from '../budgets/budgets.queries.js';
import { InterviewsQueries } from '../interviews/interviews.queries.js';
import { SiteQueries, type StaffCounts } from './site.queries.js';

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
    private readonly choosing: ChoosingQueries,
    private readonly interviews: InterviewsQueries,
    private readonly adjustments: AdjustmentsQueries,
    private readonly budgets: BudgetQueries,
    private readonly clock: Clock,
  ) {}

  @Get()
  async home(@CurrentActor() actor: Actor): Promise<Page> {
    const reads = may(actor, 'application.read');
    const waiting = reads ? await this.choosing.waiting(this.clock.now()) : [];
    return page('site/staff-home', {
      cards: [
        ...countCards(actor, { ...await this.queries.staffCounts(), interviewsThisWeek: await this.interviews.countThisWeek() }),
        ...await this.arrangementCards(actor),
      ],
      reads,
      waiting: waiting.map((one) => ({ ...one, stateName: stateNames[one.state] })),
      interviews: may(actor, 'interview.read') ? await this.interviews.upcoming(5) : [],
      budgets: may(actor, 'budget.read') ? await this.budgets.lines() : [],
      chain: may(actor, 'audit.read') ? await this.queries.auditChainLately() : null,
    });
  }

  @Get('audit')
  @May('audit.read')
  async audit(): Promise<Page> {
    return page('site/staff-audit', { lines: await this.queries.audit(), chain: await this.queries.auditChain() });
  }

  private async arrangementCards(actor: Actor): Promise<CountCard[]> {
    if (!may(actor, 'arrangement.read')) return [];
    const counts = await this.adjustments.counts();
    const href = '/staff/arrangements';
    return [
      { number: counts.overdue, text: 'at risk', href, urgent: counts.overdue > 0 },
      { number: counts.soon, text: 'due this week', href, urgent: false },
      { number: counts.later, text: 'due later', href, urgent: false },
      { number: counts.booked, text: 'booked', href, urgent: false },
    ];
  }
}

/** A home counts only what its reader can do something about. */
function countCards(actor: Actor, counts: StaffCounts & { interviewsThisWeek: number }): CountCard[] {
  const cards: CountCard[] = [];
  const add = (number: number, [one, many]: readonly [string, string], href: string, urgent = false) =>
    cards.push({ number, text: number === 1 ? one : many, href, urgent: urgent && number > 0 });
  if (may(actor, 'application.decide')) {
    add(counts.toDecide, ['application to decide', 'applications to decide'], '/staff/applications?state=submitted');
    add(counts.untold, ['person to tell', 'people to tell'], '/staff/applications', true);
    add(counts.timesAskedFor, ['person asks for other times', 'people ask for other times'], '/staff/interviews', true);
  }
  if (may(actor, 'interview.read')) add(counts.interviewsThisWeek, ['interview this week', 'interviews this week'], '/staff/interviews');
  if (may(actor, 'claim.approve')) add(counts.claimsToApprove, ['claim to approve', 'claims to approve'], '/staff/claims', true);
  if (may(actor, 'run.write')) {
    add(counts.claimsToPay, ['claim to pay', 'claims to pay'], '/staff/runs');
    add(counts.runsToRelease, ['run to release', 'runs to release'], '/staff/runs', true);
    add(counts.runsToExport, ['run to send to the bank', 'runs to send to the bank'], '/staff/runs');
  }
  if (may(actor, 'message.mend') && counts.messagesToMend > 0) {
    add(counts.messagesToMend, ['message to check', 'messages to check'], '/staff/messages', true);
  }
  return cards;
}
