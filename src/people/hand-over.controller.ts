import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { Actor } from '../platform/actor.js';
import { ownPath } from '../shared/own-path.js';
import { newId } from '../platform/ids.js';
import { emptyForm, IsRowId, readForm, Trimmed, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { HandOver } from './hand-over.service.js';
import { peoplePaths } from './people.paths.js';

class HandOverNoteDto {
  @IsRowId()
  id: string;

  @Trimmed() @IsString({ message: 'Write what your partner should know' }) @MaxLength(2000, { message: 'Use 2000 characters or fewer' })
  text: string;

  @IsOptional() @Trimmed() @IsRowId()
  applicationId?: string;

  @IsOptional() @Trimmed() @IsRowId()
  callId?: string;

  @IsOptional() @IsString() @MaxLength(500)
  next?: string;
}

/** Notes from one day to the next, between people who share a job. */
@ApiExcludeController()
@Controller('staff/hand-over-notes')
@May('call.write')
export class HandOverController {
  constructor(private readonly handOver: HandOver) {}

  @Get()
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    return this.notesPage(actor, emptyForm({ id: newId() }), 200);
  }

  @Post()
  async write(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(HandOverNoteDto, body);
    if (!form.dto) return this.notesPage(actor, form, 422);
    const { id, text, applicationId, callId, next } = form.dto;
    await this.handOver.write(actor, { id, text, applicationId: applicationId ?? null, callId: callId ?? null });
    return redirect(ownPath(next) ?? peoplePaths.handOver(), 'The note is there for your partner.');
  }

  @Post(':id/done')
  async finish(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.handOver.finish(actor, id);
    return redirect(peoplePaths.handOver(), 'The note is done.');
  }

  private async notesPage(actor: Actor, form: Form<unknown>, status: number): Promise<Page> {
    return page('people/hand-over', { form, shares: await this.handOver.jobShareOf(actor) !== null, notes: await this.handOver.open(actor) }, status);
  }
}
