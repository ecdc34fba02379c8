import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { emptyForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { claimStates, staffWords, type ClaimState } from './claim.rules.js';
import { CLAIMS_A_PAGE, ClaimQueries } from './claims.queries.js';
import { ClaimsService } from './claims.service.js';
import { paymentPaths } from './payments.paths.js';

const LAST_PAGE = 10_000;

@ApiExcludeController()
@Controller('staff/claims')
export class ClaimsController {
  constructor(private readonly service: ClaimsService, private readonly claims: ClaimQueries) {}

  @Get()
  @May('claim.read')
  async list(@Query('state') wanted: unknown, @Query('page') number: unknown): Promise<Page> {
    const state = claimStates.states.find((one) => one === wanted) ?? null;
    const current = readPage(number);
    const { claims, total } = await this.claims.list(state, current);
    const states = claimStates.states.map((value) => ({ value, text: staffWords[value].text }));
    return page('payments/claims', {
      claims, form: { values: { state: state ?? '' }, errors: [] }, states: [{ value: '', text: 'All' }, ...states],
      pages: paging(state, current, claims.length, total), paths: paymentPaths,
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

function readPage(text: unknown): number {
  const number = typeof text === 'string' && /^\d{1,5}$/.test(text) ? Number(text) : 1;
  return Math.min(Math.max(number, 1), LAST_PAGE);
}

function paging(state: ClaimState | null, current: number, shown: number, total: number): object {
  const from = (current - 1) * CLAIMS_A_PAGE;
  const link = (number: number) => paymentPaths.claims(state ?? undefined, number);
  return {
    total, from: shown === 0 ? 0 : from + 1, to: from + shown, what: 'claims',
    previousHref: current > 1 ? link(current - 1) : null,
    nextHref: from + shown < total && shown > 0 ? link(current + 1) : null,
  };
}
