import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { subjectOf } from '../platform/actor.js';
import { Database } from '../platform/database.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { NeedDetailsDto, NeedsDto, PartDto, toNeeds, toNeedsValues } from './adjustments.dto.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { AdjustmentsQueries } from './adjustments.queries.js';
import { AdjustmentsService } from './adjustments.service.js';
import { ArrangementAnswersQueries } from './answers.queries.js';
import { FeedbackQueries } from './feedback.queries.js';
import { ProfileQueries } from './profile.queries.js';
import { cleanNames, isPart, partNames, profileParts, type ProfilePart, type RequiredNeed } from './profile.rules.js';
import { ProfileService } from './profile.service.js';

/** A resident's own page: what helps them, what they need, and what we arrange. */
@ApiExcludeController()
@Controller('my/access')
@SignedIn()
export class AdjustmentsController {
  constructor(
    private readonly database: Database,
    private readonly adjustments: AdjustmentsService,
    private readonly queries: AdjustmentsQueries,
    private readonly profile: ProfileQueries,
    private readonly profiles: ProfileService,
    private readonly answers: ArrangementAnswersQueries,
    private readonly feedback: FeedbackQueries,
  ) {}

  @Get()
  async mine(@CurrentActor() actor: Actor): Promise<Page> {
    const personId = subjectOf(actor);
    const [{ parts, needs }, catalogue, arrangements, checks, waiting, toSay] = await Promise.all([
      this.profile.requirements(personId), this.queries.catalogue(), this.queries.arrangementsOf(personId),
      this.profile.openChecks(personId), this.answers.waitingFor(personId), this.feedback.toSay(personId),
    ]);
    return page('adjustments/my-access', {
      standing: catalogue.flatMap(({ kinds }) => kinds.filter(({ standing }) => standing)), paths: adjustmentsPaths, checks, waiting, toSay,
      parts: partNames.map((part) => ({ part, ...profileParts[part], ...parts.find((one) => one.part === part) })), needs,
      open: arrangements.filter((arrangement) => arrangement.open),
      over: arrangements.filter((arrangement) => !arrangement.open),
    });
  }

  @Get('needs')
  async needs(@CurrentActor() actor: Actor): Promise<Page> {
    return this.needsPage(emptyForm(toNeedsValues(await this.queries.needsOf(subjectOf(actor)))));
  }

  @Post('needs')
  async saveNeeds(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(NeedsDto, body);
    const { dto } = form;
    if (!dto) return this.needsPage(form, 422);
    await this.database.transaction((tx) => this.adjustments.saveNeeds(tx, actor, subjectOf(actor), toNeeds(dto)));
    return redirect(adjustmentsPaths.mine(), 'We have saved what you need.');
  }

  @Get('needs/:code')
  async need(@CurrentActor() actor: Actor, @Param('code') code: string): Promise<Page> {
    const need = await this.ownNeed(actor, code);
    return this.needPage(need, emptyForm({
      ownWords: need.ownWords ?? '', essential: need.essential ? 'yes' : 'no', extraMinutes: need.extraMinutes || '',
      prefer: need.prefer.join('\n'), refuse: need.refuse.join('\n'),
    }));
  }

  @Post('needs/:code')
  async saveNeed(@CurrentActor() actor: Actor, @Param('code') code: string, @Body() body: unknown): Promise<Page | Redirect> {
    const need = await this.ownNeed(actor, code);
    const form = await readForm(NeedDetailsDto, body);
    if (!form.dto) return this.needPage(need, form, 422);
    const { ownWords = null, essential, extraMinutes = null, prefer = [], refuse = [] } = form.dto;
    try {
      await this.profiles.saveNeed(actor, subjectOf(actor), code, {
        ownWords, essential: essential === undefined ? null : essential === 'yes', extraMinutes, prefer: cleanNames(prefer), refuse: cleanNames(refuse),
      });
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.needPage(need, withError(form, 'refuse', error.message), 422);
    }
    return redirect(adjustmentsPaths.mine(), 'We have saved what you need.');
  }

  @Get('parts/:part')
  async part(@CurrentActor() actor: Actor, @Param('part') wanted: string): Promise<Page> {
    const part = readPart(wanted);
    const { parts } = await this.profile.requirements(subjectOf(actor));
    const known = parts.find((one) => one.part === part);
    return partPage(part, emptyForm({ words: known?.words ?? '', onTheDay: known?.onTheDay ? 'yes' : '' }));
  }

  @Post('parts/:part')
  async savePart(@CurrentActor() actor: Actor, @Param('part') wanted: string, @Body() body: unknown): Promise<Page | Redirect> {
    const part = readPart(wanted);
    const form = await readForm(PartDto, body);
    if (!form.dto) return partPage(part, form, 422);
    await this.profiles.savePart(actor, subjectOf(actor), part, form.dto.words ?? null, form.dto.onTheDay === 'yes');
    return redirect(adjustmentsPaths.mine(), form.dto.words ? 'We have saved it.' : 'We have taken it out.');
  }

  private async ownNeed(actor: Actor, code: string): Promise<RequiredNeed> {
    const { needs } = await this.profile.requirements(subjectOf(actor));
    const need = needs.find((one) => one.code === code);
    if (!need) throw new NotFound();
    return need;
  }

  private async needsPage(form: Form<unknown>, status = 200): Promise<Page> {
    return page('adjustments/my-needs', { form, catalogue: await this.queries.catalogue(), action: adjustmentsPaths.needs(), back: adjustmentsPaths.mine() }, status);
  }

  private async needPage(need: RequiredNeed, form: Form<unknown>, status = 200): Promise<Page> {
    const { comes, known } = await this.queries.comesFor(need.code);
    return page('adjustments/my-need', { need, form, comes, known, action: adjustmentsPaths.need(need.code), back: adjustmentsPaths.mine() }, status);
  }
}

function readPart(wanted: string): ProfilePart {
  if (!isPart(wanted)) throw new NotFound();
  return wanted;
}

function partPage(part: ProfilePart, form: Form<unknown>, status = 200): Page {
  return page('adjustments/my-part', { part: profileParts[part], form, action: adjustmentsPaths.part(part), back: adjustmentsPaths.mine() }, status);
}
