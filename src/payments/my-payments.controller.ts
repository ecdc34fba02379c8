import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { formatDay, londonDay } from '../shared/dates.js';
import { formatExactMoney } from '../shared/money.js';
import type { Step } from '../shared/status.js';
import { BankDetailsQueries } from './bank-details.queries.js';
import { BankDetailsService } from './bank-details.service.js';
import { ClaimQueries, type OwnClaim } from './claims.queries.js';
import { ClaimsService } from './claims.service.js';
import { AnswerClaimDto, BankDetailsDto } from './payments.dto.js';
import { paymentPaths } from './payments.paths.js';

@ApiExcludeController()
@Controller('my/payments')
@SignedIn()
export class MyPaymentsController {
  constructor(
    private readonly service: ClaimsService,
    private readonly bankService: BankDetailsService,
    private readonly claims: ClaimQueries,
    private readonly bank: BankDetailsQueries,
  ) {}

  @Get()
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    const claims = await this.claims.ofPerson(subjectOf(actor));
    const account = await this.bank.current(subjectOf(actor));
    return page('payments/mine', {
      account, items: claims.map((claim) => itemOf(claim, account !== null)), toCheck: claims.filter(({ state }) => state === 'drafted'),
      needsAccount: !account && claims.some(({ state }) => state === 'claimed' || state === 'approved'), paths: paymentPaths,
    });
  }

  @Get('claims/:id')
  async show(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.claimPage(actor, await this.claim(actor, id), emptyForm());
  }

  @Post('claims/:id/answer')
  async answer(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const claim = await this.claim(actor, id);
    const form = await readForm(AnswerClaimDto, body);
    if (!form.dto) return this.claimPage(actor, claim, form, 422);
    const accepted = form.dto.answer === 'accept';
    try {
      await this.service.answer(actor, id, accepted);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.claimPage(actor, claim, withError(form, '', error.message), 422);
    }
    if (!accepted) return redirect(paymentPaths.mine(), `Thank you. You will not be paid for this ${claim.basis === 'attendance' ? 'meeting. Your place in the group stays the same' : 'interview. Your application goes on as before'}.`);
    const account = await this.bank.current(subjectOf(actor));
    if (!account) return redirect(paymentPaths.bank(), 'Thank you. Now tell us where to pay you.');
    return redirect(paymentPaths.myClaim(id), `Thank you. We aim to pay you by ${formatDay(claim.payBy)}.`);
  }

  @Get('bank')
  async bankForm(@CurrentActor() actor: Actor): Promise<Page> {
    return this.bankPage(actor, emptyForm({ id: newId() }));
  }

  @Post('bank')
  async saveBank(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(BankDetailsDto, body);
    if (!form.dto) return this.bankPage(actor, form, 422);
    await this.bankService.save(actor, form.dto);
    return redirect(paymentPaths.mine(), 'Your bank details are saved. We have sent you a message to say so.');
  }

  private async claim(actor: Actor, id: string): Promise<OwnClaim> {
    const claim = await this.claims.oneOf(subjectOf(actor), id);
    if (!claim) throw new NotFound();
    return claim;
  }

  private async claimPage(actor: Actor, claim: OwnClaim, form: Form<unknown>, status = 200): Promise<Page> {
    const account = await this.bank.current(subjectOf(actor));
    return page('payments/my-claim', { claim, account, form, steps: stepsOf(claim), paths: paymentPaths }, status);
  }

  private async bankPage(actor: Actor, form: Form<unknown>, status = 200): Promise<Page> {
    return page('payments/bank', { form, account: await this.bank.current(subjectOf(actor)), paths: paymentPaths }, status);
  }
}

function itemOf(claim: OwnClaim, hasAccount: boolean): object {
  return {
    text: `${formatExactMoney(claim.feePence)} for ${claim.work}`,
    href: paymentPaths.myClaim(claim.id), hint: nextFor(claim, hasAccount), status: claim.words.text, tone: claim.words.tone,
  };
}

function nextFor({ state, paidAt, payBy }: OwnClaim, hasAccount: boolean): string {
  if (state === 'drafted') return 'Next, you say yes or no';
  if (state === 'declined') return 'There is nothing more to do';
  if (paidAt) return `We paid you on ${formatDay(londonDay(paidAt))}`;
  if (!hasAccount && (state === 'claimed' || state === 'approved')) return 'Next, you tell us where to pay you';
  return `We aim to pay you by ${formatDay(payBy)}`;
}

/** What happened and what comes, with its days. */
function stepsOf({ state, basis, activityOn, answeredAt, approvedAt, paidAt, payBy }: OwnClaim): Step[] {
  if (state === 'declined') return [];
  const days = [activityOn, answeredAt, approvedAt, paidAt].map((when) => (when instanceof Date ? londonDay(when) : when));
  const now = days.findIndex((day) => day === null);
  const words = [
    [basis === 'attendance' ? 'You came to the meeting' : 'The interview did not go ahead', ''],
    ['You check your payment', 'Say yes or no to it'],
    ['We approve it', 'You do not need to do anything'],
    ['We pay you', `By ${formatDay(payBy)}, if nothing holds it up`],
  ] as const;
  return words.map(([heading, later], index) => {
    const day = days[index];
    if (day) return { state: 'done', heading, text: formatDay(day) };
    return { state: index === now ? 'now' : 'later', heading, text: later };
  });
}
