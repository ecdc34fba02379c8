import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { formatRate } from '../shared/money.js';
import { seatName } from '../shared/seats.js';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { NotFound } from '../platform/errors.js';
import { SettingsReader } from '../platform/settings.js';
import { emptyForm } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { AdjustmentsQueries } from '../adjustments/adjustments.queries.js';
import { seenNames, seenState, whatHappensWhen, type SeenState } from '../applications/application-status.rules.js';
import { canWithdraw } from '../applications/application.rules.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { ApplicationsQueries } from '../applications/applications.queries.js';
import { InterviewsQueries } from '../interviews/interviews.queries.js';
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
  ended: null,
};

/** A resident's own pages: what to do now, what we are arranging, what happens when. */
@ApiExcludeController()
@Controller('my')
@SignedIn()
export class ResidentController {
  constructor(
    private readonly applications: ApplicationsQueries,
    private readonly interviews: InterviewsQueries,
    private readonly adjustments: AdjustmentsQueries,
    private readonly queries: SiteQueries,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  @Get()
  async home(@CurrentActor() actor: Actor): Promise<Page> {
    const [applications, claims, occasions] = await Promise.all([
      this.listed(actor),
      this.queries.claimsToAnswer(actor.personId), this.queries.nextOccasions(actor.personId),
    ]);
    const todo = applications.filter(({ now }) => now !== null);
    return page('site/resident-home', { applications: applications.slice(0, 5), todo, claims, occasions, signedInAs: actor.name });
  }

  @Get('applications')
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    return page('site/resident-applications', { applications: await this.listed(actor) });
  }

  @Get('applications/:id')
  async one(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const status = await this.applications.status(id, actor.personId);
    if (!status) throw new NotFound();
    if (status.state === 'draft') return redirect(applicationPaths.tasks(id));
    const seen = seenState(status);
    const resultDays = (await this.settings.current())['applications.result-days'];
    return page('site/resident-application', {
      application: status, seen, seenName: seenNames[seen], form: emptyForm(),
      interview: status.interviewAt && await this.interviews.liveBooking(id),
      choices: seen === 'choose_time' ? await this.interviews.choices(id) : null,
      arrangements: (await this.adjustments.arrangementsOf(actor.personId)).filter(({ open }) => open),
      whatHappens: whatHappensWhen(status, { ...status, resultDays }, this.clock.today()),
      rate: formatRate({ pence: status.ratePence, unit: status.rateUnit }),
      seat: status.seatKind && seatName(status.seatKind),
      mayApplyAgain: status.closesAt > this.clock.now(),
      mayWithdraw: canWithdraw({ state: status.state, told: status.outcome }).ok,
    });
  }

  private async listed(actor: Actor) {
    const now = this.clock.now();
    return (await this.applications.mine(actor.personId)).map((application) => {
      const seen = seenState(application);
      return { ...application, seen, seenName: seenNames[seen], now: seen === 'draft' && application.closesAt <= now ? null : NOW[seen] };
    });
  }
}
