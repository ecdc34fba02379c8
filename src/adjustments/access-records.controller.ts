import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import type { Document } from '../platform/documents/document.js';
import { toPlainText } from '../platform/documents/plain-text.js';
import { toWord } from '../platform/documents/word.js';
import { BadRequest, NotFound } from '../platform/errors.js';
import { readForm } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { CheckDto } from './adjustments.dto.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { AdjustmentsQueries } from './adjustments.queries.js';
import { ChecksService } from './checks.service.js';
import { LooksQueries } from './looks.queries.js';
import { ProfileQueries } from './profile.queries.js';
import { requirementsDocument } from './requirements.document.js';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** "Still right?", who has looked, what was kept with each event, and all of it to take away. */
@ApiExcludeController()
@Controller('my/access')
@SignedIn()
export class AccessRecordsController {
  constructor(
    private readonly checks: ChecksService,
    private readonly profile: ProfileQueries,
    private readonly queries: AdjustmentsQueries,
    private readonly looks: LooksQueries,
  ) {}

  @Get('checks/:id')
  async check(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const personId = subjectOf(actor);
    const check = await this.profile.check(id, personId);
    if (!check) throw new NotFound();
    if (check.answer === 'right') return redirect(adjustmentsPaths.mine());
    return page('adjustments/still-right', { check, action: adjustmentsPaths.check(id), requirements: await this.document(personId) });
  }

  @Post('checks/:id')
  async answer(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Redirect> {
    if (!await this.profile.check(id, subjectOf(actor))) throw new NotFound();
    const { dto } = await readForm(CheckDto, body);
    if (!dto) throw new BadRequest();
    await this.checks.answer(actor, id, dto.answer);
    return redirect(adjustmentsPaths.mine(), dto.answer === 'right' ? 'Thank you. We go by that.' : 'Change what is not right any more. We go by what stands here.');
  }

  @Get('looks')
  async whoLooked(@CurrentActor() actor: Actor): Promise<Page> {
    const personId = subjectOf(actor);
    return page('adjustments/who-looked', { looks: await this.looks.people(personId), grouped: await this.looks.audiences(personId), back: adjustmentsPaths.mine() });
  }

  @Get('copies')
  async copies(@CurrentActor() actor: Actor): Promise<Page> {
    const copies = await this.profile.copies(subjectOf(actor));
    return page('adjustments/copies', { copies: copies.map((copy) => ({ ...copy, document: requirementsDocument(copy.content, []) })), back: adjustmentsPaths.mine() });
  }

  @Get('print')
  async print(@CurrentActor() actor: Actor): Promise<Page> {
    return page('adjustments/print', { document: await this.document(subjectOf(actor)), back: adjustmentsPaths.mine() });
  }

  @Get('text')
  async text(@CurrentActor() actor: Actor): Promise<Download> {
    return new Download('my-access-requirements.txt', 'text/plain; charset=utf-8', toPlainText(await this.document(subjectOf(actor))));
  }

  @Get('word')
  async word(@CurrentActor() actor: Actor): Promise<Download> {
    return new Download('my-access-requirements.docx', WORD, await toWord(await this.document(subjectOf(actor))));
  }

  private async document(personId: string): Promise<Document> {
    const standing = (await this.queries.catalogue()).flatMap(({ kinds }) => kinds.filter((kind) => kind.standing).map(({ name }) => name));
    return requirementsDocument(await this.profile.requirements(personId), standing);
  }
}
