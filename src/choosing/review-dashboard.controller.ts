import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { paginate, readPageNumber } from '../platform/web/pagination.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { CallsQueries } from '../calls/calls.queries.js';
import { ReviewDashboardQueries, type DashboardOrder, type DashboardRow } from './review-dashboard.queries.js';
import { ReviewPanelService } from './review-panel.service.js';
import { ModerationDto } from './reviews.dto.js';
import { reviewPaths } from './reviews.paths.js';

const PAGE_SIZE = 50;

/** What the scores come to, for those who decide: nothing is ranked or left out by it. */
@ApiExcludeController()
@Controller('staff/calls/:id/review/dashboard')
@May('review.read')
export class ReviewDashboardController {
  constructor(
    private readonly dashboard: ReviewDashboardQueries,
    private readonly panel: ReviewPanelService,
    private readonly calls: CallsQueries,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @IdParam() id: string, @Query() query: Record<string, unknown>): Promise<Page> {
    const call = await this.calls.detail(id);
    if (!call) throw new NotFound();
    const order = readOrder(query['order']);
    const number = readPageNumber(query['page']);
    const dashboard = await this.dashboard.dashboard(id, actor.personId, { order, number, size: PAGE_SIZE });
    return page('choosing/review-dashboard', {
      ...dashboard, call, order,
      pagination: paginate({
        page: number, size: PAGE_SIZE, total: dashboard.counts.all, what: 'applications', href: (other) => reviewPaths.dashboard(id, { order, page: String(other) }),
      }),
    });
  }

  @Get('file')
  async file(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Download> {
    const call = await this.calls.detail(id);
    if (!call) throw new NotFound();
    const { phase, rows } = await this.dashboard.dashboard(id, actor.personId);
    return new Download(`review-${call.slug}.csv`, 'text/csv; charset=utf-8', toCsv(rows, phase?.blind ?? true));
  }

  @Get(':key')
  async one(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('key') key: string): Promise<Page | Redirect> {
    const row = await this.row(actor, id, key);
    if (row.hidden) {
      return redirect(reviewPaths.dashboard(id), 'Its scores show once you have given yours, or when the review has closed. If you know this person, others look at it.');
    }
    return this.onePage(actor, id, row, emptyForm({ id: newId() }), 200);
  }

  @Post(':key')
  async moderate(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('key') key: string, @Body() body: unknown): Promise<Page | Redirect> {
    const row = await this.row(actor, id, key);
    if (row.hidden) throw new NotFound();
    const form = await readForm(ModerationDto, body);
    if (!form.dto) return this.onePage(actor, id, row, form, 422);
    try {
      await this.panel.moderate(actor, id, key, form.dto);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.onePage(actor, id, row, withError(form, 'moderatedWith', error.message), 422);
    }
    return redirect(reviewPaths.dashboard(id), 'What you agreed is kept beside the scores.');
  }

  private async onePage(actor: Actor, id: string, row: DashboardRow, form: Form<unknown>, status: number): Promise<Page> {
    const phase = (await this.dashboard.phases(id)).find(({ id: phaseId }) => phaseId === row.phaseId)!;
    const panel = phase.panel.filter(({ personId }) => personId !== actor.personId).map(({ personId, name }) => ({ value: personId, text: name }));
    return page('choosing/review-moderation', {
      callId: id, row, phase, form, panel, mayModerate: phase.panel.some(({ personId, decides }) => personId === actor.personId && decides),
    }, status);
  }

  private async row(actor: Actor, id: string, key: string): Promise<DashboardRow> {
    const row = await this.dashboard.one(id, actor.personId, key);
    if (!row) throw new NotFound();
    return row;
  }
}

function readOrder(text: unknown): DashboardOrder {
  return text === 'median' || text === 'spread' ? text : 'reference';
}

/** Without names always, and without references too in a blind review. */
function toCsv(rows: readonly DashboardRow[], blind: boolean): string {
  const head = ['number', ...(blind ? [] : ['reference']), 'reviews', 'median per cent', 'lowest', 'highest', 'spread', 'low essential criteria', 'needs another reviewer', 'agreed per cent', 'agreed view'];
  const lines = rows.map((row) => [
    row.number, ...(blind ? [] : [row.reference]), row.given, row.median, row.lowest, row.highest, row.spread, row.low.join('; '), row.needsSomebody ? 'yes' : 'no',
    row.agreedPercent, row.agreedWords,
  ]);
  return [head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}

/** What a spreadsheet would take for a formula stays text. */
function cell(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}
