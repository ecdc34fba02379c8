import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, subjectOf, type Actor } from '../platform/actor.js';
import { CALENDAR_TYPE, CalendarFiles } from '../platform/calendar.js';
import { NotFound } from '../platform/errors.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, type Page } from '../platform/web/page.js';
import { CurrentActor, May, SignedIn } from '../platform/web/policies.js';
import { groupPaths } from './groups.paths.js';
import { GroupQueries } from './groups.queries.js';
import { MeetingCalendar } from './meeting-calendar.queries.js';
import { MeetingQueries } from './meetings.queries.js';

@ApiExcludeController()
@Controller()
export class GroupsController {
  constructor(
    private readonly groups: GroupQueries,
    private readonly meetings: MeetingQueries,
    private readonly calendar: MeetingCalendar,
    private readonly files: CalendarFiles,
  ) {}

  @Get('staff/groups')
  @May('group.read')
  async list(): Promise<Page> {
    return page('groups/list', { groups: await this.groups.list(), paths: groupPaths });
  }

  @Get('staff/groups/:slug')
  @May('group.read')
  async show(@CurrentActor() actor: Actor, @Param('slug') slug: string): Promise<Page> {
    const group = await this.groups.bySlug(slug);
    if (!group) throw new NotFound();
    return page('groups/group', {
      group, seats: await this.groups.seats(group.id), meetings: await this.meetings.ofGroup(group.id),
      mayPlan: may(actor, 'group.write'), paths: groupPaths,
    });
  }

  @Get('my/groups')
  @SignedIn()
  async mine(@CurrentActor() actor: Actor): Promise<Page> {
    const personId = subjectOf(actor);
    const coming = await this.meetings.comingFor(personId);
    const groups = (await this.groups.ofPerson(personId))
      .map((group) => ({ ...group, meetings: coming.filter(({ groupId }) => groupId === group.id) }));
    return page('groups/mine', { groups, paths: groupPaths });
  }

  /** One meeting, for the calendar of somebody who is expected there. */
  @Get('my/meetings/:id/calendar')
  @SignedIn()
  async calendarOf(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Download> {
    const entry = await this.calendar.isInvited(id, subjectOf(actor)) ? await this.calendar.entry(id) : null;
    if (!entry) throw new NotFound();
    return new Download('meeting.ics', CALENDAR_TYPE, (await this.files.one(entry)).content);
  }
}
