import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import { CALENDAR_TYPE, CalendarFiles } from '../platform/calendar.js';
import { Config } from '../platform/config.js';
import { BadRequest, NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { readForm } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, Public, SignedIn } from '../platform/web/policies.js';
import { MeetingCalendar } from '../groups/meeting-calendar.queries.js';
import { CalendarFeeds } from './calendar-feeds.service.js';
import { InterviewCalendar } from './interview-calendar.queries.js';
import { MakeFeedDto } from './interviews.dto.js';
import { interviewPaths } from './interviews.paths.js';

/** Interviews and meetings in the calendar people use anyway. */
@ApiExcludeController()
@Controller()
export class CalendarFeedsController {
  constructor(
    private readonly feeds: CalendarFeeds,
    private readonly interviews: InterviewCalendar,
    private readonly meetings: MeetingCalendar,
    private readonly files: CalendarFiles,
    private readonly config: Config,
  ) {}

  @Get('my/calendar')
  @SignedIn()
  async show(@CurrentActor() actor: Actor): Promise<Page> {
    const token = await this.feeds.tokenFor(actor.personId);
    const address = token && this.config.publicUrl + interviewPaths.feed(token);
    return page('interviews/calendar', {
      address, subscribeHref: address && address.replace(/^https?:/, 'webcal:'), newId: newId(), paths: interviewPaths,
      sits: (await this.interviews.sittingsOf(actor.personId)).length > 0,
    });
  }

  @Post('my/calendar/address')
  @SignedIn()
  async make(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Redirect> {
    const { dto } = await readForm(MakeFeedDto, body);
    if (!dto) throw new BadRequest();
    await this.feeds.make(actor, dto.id);
    return redirect(interviewPaths.myCalendar(), 'Your calendar has an address of its own. An older one does not work any more.');
  }

  @Post('my/calendar/address/end')
  @SignedIn()
  async stop(@CurrentActor() actor: Actor): Promise<Redirect> {
    await this.feeds.stop(actor);
    return redirect(interviewPaths.myCalendar(), 'The address does not work any more.');
  }

  /** For a calendar program, which can't sign in: whoever has the address reads it. */
  @Get('calendars/:token')
  @Public()
  async feed(@Param('token') token: string): Promise<Download> {
    const personId = await this.feeds.ownerOf(token.replace(/\.ics$/, ''));
    if (!personId) throw new NotFound();
    const entries = [
      ...await this.interviews.sittingsOf(personId), ...await this.interviews.ofPerson(personId), ...await this.meetings.ofPerson(personId),
    ].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
    return new Download(null, CALENDAR_TYPE, await this.files.feed('Alongside', entries));
  }

  /** One interview, for its applicant's own calendar. */
  @Get('my/interviews/:id/calendar')
  @SignedIn({ acting: 'interviews' })
  async interview(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Download> {
    const entry = await this.interviews.isOf(id, subjectOf(actor)) ? await this.interviews.entry(id) : null;
    if (!entry) throw new NotFound();
    return new Download('interview.ics', CALENDAR_TYPE, (await this.files.one(entry)).content);
  }
}
