import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, IsRowId, readForm, Trimmed, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, DemoOnly, May } from '../platform/web/policies.js';
import { interviewPaths } from './interviews.paths.js';
import { RepliesQueries } from './replies.queries.js';
import { RepliesService } from './replies.service.js';

class ReplyDto {
  @IsRowId()
  id: string;

  @Trimmed() @IsString({ message: 'Enter the number it came from' }) @Length(3, 40, { message: 'Enter the number it came from' })
  number: string;

  @Trimmed() @IsString({ message: 'Enter what it says' }) @Length(1, 2000, { message: 'Enter what it says. Use 2000 characters or fewer' })
  words: string;
}

/** Texts that came in, and what they did. */
@ApiExcludeController()
@Controller()
export class RepliesController {
  constructor(private readonly replies: RepliesService, private readonly queries: RepliesQueries, private readonly clock: Clock) {}

  @Get('staff/replies')
  @May('interview.schedule')
  async list(): Promise<Page> {
    return page('interviews/replies', { replies: await this.queries.open(), paths: interviewPaths, back: interviewPaths.list() });
  }

  @Get('staff/replies/new')
  @May('interview.schedule')
  new(): Page {
    return newPage(emptyForm({ id: newId() }));
  }

  @Post('staff/replies')
  @May('interview.schedule')
  async enter(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(ReplyDto, body);
    if (!form.dto) return newPage(form, 422);
    const did = await this.replies.receive({ ...form.dto, providerId: null, receivedAt: this.clock.now() }, actor);
    return redirect(interviewPaths.replies(), did ? WORDS[did] : 'The text is kept. Read it and call them.');
  }

  @Post('staff/replies/:id/handled')
  @May('interview.schedule')
  async handled(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.replies.handled(actor, id);
    return redirect(interviewPaths.replies(), 'Thank you. It is off the list.');
  }

  /** In the demo somebody answers a text as if they held the phone. */
  @Post('demo/replies')
  @DemoOnly()
  async pretend(@Body() body: unknown): Promise<Redirect> {
    const { dto } = await readForm(ReplyDto, body);
    if (!dto) throw new BadRequest('Write what the text says.');
    const did = await this.replies.receive({ ...dto, providerId: null, receivedAt: this.clock.now() });
    return redirect(`/demo/mailbox?to=${encodeURIComponent(dto.number)}`, did ? WORDS[did] : 'The text has gone. Somebody of the staff reads it.');
  }
}

const WORDS = {
  agreed: 'The text said yes. The time is agreed.',
  none_suit: 'The text said no. The time is free again, and a lead looks for others.',
  chose: 'The text chose a time. It is booked.',
  late: 'The text said that they are late. The panel is told.',
};

function newPage(form: Form<unknown>, status = 200): Page {
  return page('interviews/new-reply', { form, action: interviewPaths.replies(), back: interviewPaths.replies() }, status);
}
