import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { formatExactMoney } from '../shared/money.js';
import { plural } from '../shared/words.js';
import { BuildRunDto } from './payments.dto.js';
import { paymentPaths } from './payments.paths.js';
import { RunExportService } from './run-export.service.js';
import { RunQueries } from './runs.queries.js';
import { RunsService, type Built } from './runs.service.js';

@ApiExcludeController()
@Controller('staff/runs')
export class RunsController {
  constructor(
    private readonly service: RunsService,
    private readonly exports: RunExportService,
    private readonly runs: RunQueries,
  ) {}

  @Get()
  @May('run.read')
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    return this.listPage(actor, emptyForm({ id: newId() }));
  }

  @Post()
  @May('run.write')
  async build(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(BuildRunDto, body);
    if (!form.dto) return this.listPage(actor, form, 422);
    try {
      const built = await this.service.build(actor, form.dto.id);
      return redirect(paymentPaths.run(form.dto.id), wordsOf(built));
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.listPage(actor, withError(form, '', error.message), 422);
    }
  }

  @Get(':id')
  @May('run.read')
  async show(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.runPage(actor, id, emptyForm());
  }

  @Post(':id/release')
  @May('run.write')
  async release(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    return this.step(actor, id, () => this.service.release(actor, id), 'The run is released.');
  }

  @Post(':id/export')
  @May('run.write')
  async export(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    return this.step(actor, id, () => this.exports.export(actor, id), 'The payment file is made, and the money is spent in the budget.');
  }

  @Get(':id/file')
  @May('run.write')
  async file(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Download> {
    const { name, bytes } = await this.exports.file(actor, id);
    return new Download(name, 'text/csv; charset=utf-8', bytes);
  }

  @Post(':id/payment')
  @May('run.write')
  async markPaid(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    return this.step(actor, id, () => this.service.markPaid(actor, id), 'Marked as paid. Each person gets a message with the amount.');
  }

  /** What a rule refuses is said on the run's own page. */
  private async step(actor: Actor, id: string, take: () => Promise<void>, done: string): Promise<Page | Redirect> {
    try {
      await take();
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.runPage(actor, id, withError(emptyForm(), '', error.message), 422);
    }
    return redirect(paymentPaths.run(id), done);
  }

  private async runPage(actor: Actor, id: string, form: Form<unknown>, status = 200): Promise<Page> {
    const run = await this.runs.one(id);
    if (!run) throw new NotFound();
    const leftOut = run.state === 'built' ? await this.runs.ready(actor.personId) : [];
    const lines = await this.runs.lines(id);
    const release = await this.runs.canRelease(id, run.state, actor.personId);
    return page('payments/run', {
      run, lines, leftOut, form, mayWrite: may(actor, 'run.write'), notYours: release.ok ? null : release.reason, paths: paymentPaths,
    }, status);
  }

  private async listPage(actor: Actor, form: Form<unknown>, status = 200): Promise<Page> {
    const ready = await this.runs.ready(actor.personId);
    return page('payments/runs', {
      form, runs: await this.runs.list(), mayWrite: may(actor, 'run.write'), paths: paymentPaths,
      takes: ready.filter(({ leftOut }) => leftOut === null), leavesOut: ready.filter(({ leftOut }) => leftOut !== null),
    }, status);
  }
}

function wordsOf({ taken, totalPence, leftOut }: Built): string {
  const built = `The run has ${plural(taken, 'claim')}, ${formatExactMoney(totalPence)}.`;
  return leftOut.length === 0 ? built : `${built} ${plural(leftOut.length, 'claim was', 'claims were')} left out: see below why.`;
}
