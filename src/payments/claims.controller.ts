import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { emptyForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { paginate, readPageNumber } from '../platform/web/pagination.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { claimStates, staffWords } from './claim.rules.js';
import { CLAIMS_A_PAGE, ClaimQueries } from './claims.queries.js';
import { ClaimsService } from './claims.service.js';
import { paymentPaths } from './payments.paths.js';

@ApiExcludeController()
@Controller('staff/claims')
export class ClaimsController {
  constructor(private readonly service: ClaimsService, private readonly claims: ClaimQueries) {}

  @Get()
  @May('claim.read')
  async list(@Query('state') wanted: unknown, @Query('page') number: unknown): Promise<Page> {
    const state = claimStates.states.find((one) => one === wanted) ?? null;
    const current = readPageNumber(number);
    const { claims, total } = await this.claims.list(state, current);
    const states = claimStates.states.map((value) => ({ value, text: staffWords[value].text }));
    return page('payments/claims', {
      claims, form: { values: { state: state ?? '' }, errors: [] }, states: [{ value: '', text: 'All' }, ...states],
      pages: paginate({ page: current, size: CLAIMS_A_PAGE, total, what: 'claims', href: (other) => paymentPaths.claims(state ?? undefined, other) }),
      paths: paymentPaths,
    });
  }

  @Get(':id')
  @May('claim.read')
  async show(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.claimPage(actor, id, emptyForm());
  }

  @Post(':id/approval')
  @May('claim.approve')
  async approve(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    try {
      await this.service.approve(actor, id);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.claimPage(actor, id, withError(emptyForm(), '', error.message), 422);
    }
    return redirect(paymentPaths.claims(), 'Approved. Finance pays it with the next run.');
  }

  private async claimPage(actor: Actor, id: string, form: Form<unknown>, status = 200): Promise<Page> {
    const claim = await this.claims.one(id);
    if (!claim) throw new NotFound();
    const approval = await this.claims.canApprove(id, actor.personId);
    return page('payments/claim', {
      claim, form, mayApprove: may(actor, 'claim.approve'), notYours: approval.ok ? null : approval.reason, paths: paymentPaths,
    }, status);
  }
}
