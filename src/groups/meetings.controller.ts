import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OverrideRefused, TooSoonRefused } from '../adjustments/date-guard.service.js';
import { formatNames } from '../diary/diary.rules.js';
import { DiaryQueries } from '../diary/diary.queries.js';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { isDay, londonDay, londonTime } from '../shared/dates.js';
import { dayParts, emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { canCancel, canMove, minutesPresent, wholeMinutes } from './group.rules.js';
import { FORMATS, MeetingTimeDto, PlanMeetingDto, RecordAttendanceDto, toOverride } from './groups.dto.js';
import { groupPaths } from './groups.paths.js';
import { GroupQueries, type GroupPage } from './groups.queries.js';
import { MeetingQueries, type AttendanceRow, type MeetingRow } from './meetings.queries.js';
import { MeetingsService, type MovedMeeting } from './meetings.service.js';

@ApiExcludeController()
@Controller('staff/groups/:slug/meetings')
export class MeetingsController {
  constructor(
    private readonly service: MeetingsService,
    private readonly groups: GroupQueries,
    private readonly meetings: MeetingQueries,
    private readonly diary: DiaryQueries,
    private readonly clock: Clock,
  ) {}

  @Get('new')
  @May('group.write')
  async planForm(@Param('slug') slug: string): Promise<Page> {
    return this.planPage(await this.group(slug), emptyForm({ id: newId() }));
  }

  @Post()
  @May('group.write')
  async plan(@CurrentActor() actor: Actor, @Param('slug') slug: string, @Body() body: unknown): Promise<Page | Redirect> {
    const group = await this.group(slug);
    const form = await readForm(PlanMeetingDto, onSafeDay(body));
    const { dto } = form;
    if (!dto) return this.planPage(group, form, 422);
    const { id, about } = dto;
    const refused = await saved(form, () => this.service.planMeeting(actor, { id, about, groupId: group.id, ...timeOf(dto) }, toOverride(dto)));
    if (refused) return this.planPage(group, refused.form, 422, refused.safeDay);
    return redirect(groupPaths.meeting(slug, dto.id), 'The meeting is planned. Each member gets a message about it.');
  }

  @Get(':id')
  @May('group.read')
  async show(@CurrentActor() actor: Actor, @Param('slug') slug: string, @IdParam() id: string): Promise<Page> {
    const { group, meeting } = await this.meeting(slug, id);
    const now = this.clock.now();
    return page('groups/meeting', {
      group, meeting, people: await this.meetings.attendance(id), elsewhere: await this.diary.overlaps(id),
      mayRecord: may(actor, 'meeting.record') && meeting.startsAt <= now && !meeting.cancelledAt,
      mayCancel: may(actor, 'group.write') && canCancel(meeting, now).ok, mayMove: may(actor, 'group.write') && canMove(meeting, now).ok,
      hasStarted: meeting.startsAt <= now, paths: groupPaths,
    });
  }

  @Get(':id/attendance/:personId')
  @May('meeting.record')
  async attendanceForm(@Param('slug') slug: string, @IdParam() id: string, @IdParam('personId') personId: string): Promise<Page> {
    const { group, meeting } = await this.meeting(slug, id);
    return this.attendancePage(group, meeting, await this.attendee(id, personId), emptyForm());
  }

  @Post(':id/attendance/:personId')
  @May('meeting.record')
  async recordAttendance(@CurrentActor() actor: Actor, @Param('slug') slug: string, @IdParam() id: string,
    @IdParam('personId') personId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const { group, meeting } = await this.meeting(slug, id);
    const person = await this.attendee(id, personId);
    const form = await readForm(RecordAttendanceDto, body);
    if (!form.dto) return this.attendancePage(group, meeting, person, form, 422);
    const time = minutesPresent(form.dto.came, wholeMinutes(meeting.startsAt, meeting.endsAt), form.dto);
    if (!time.ok) return this.attendancePage(group, meeting, person, withError(form, time.field, time.reason), 422);
    try {
      await this.service.recordAttendance(actor, id, personId, time.minutes);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.attendancePage(group, meeting, person, withError(form, 'came', error.message), 422);
    }
    return redirect(groupPaths.meeting(slug, id), `Recorded for ${person.name ?? 'this member'}.`);
  }

  @Get(':id/time')
  @May('group.write')
  async moveForm(@Param('slug') slug: string, @IdParam() id: string): Promise<Page | Redirect> {
    const { group, meeting } = await this.meeting(slug, id);
    if (!canMove(meeting, this.clock.now()).ok) return redirect(groupPaths.meeting(slug, id));
    const { startsAt, endsAt, format, roomId, joiningDetails } = meeting;
    return this.movePage(group, meeting, emptyForm({
      ...dayParts('day', londonDay(startsAt)), starts: londonTime(startsAt), ends: londonTime(endsAt), format, roomId, joiningDetails,
    }));
  }

  @Post(':id/time')
  @May('group.write')
  async move(@CurrentActor() actor: Actor, @Param('slug') slug: string, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const { group, meeting } = await this.meeting(slug, id);
    const form = await readForm(MeetingTimeDto, onSafeDay(body));
    const { dto } = form;
    if (!dto) return this.movePage(group, meeting, form, 422);
    const refused = await saved(form, () => this.service.moveMeeting(actor, group.id, id, timeOf(dto), toOverride(dto)));
    if (refused) return this.movePage(group, meeting, refused.form, 422, refused.safeDay);
    return redirect(groupPaths.meeting(slug, id), 'The meeting is moved. Each member gets a message with both times.');
  }

  @Get(':id/cancellation')
  @May('group.write')
  async cancelForm(@Param('slug') slug: string, @IdParam() id: string): Promise<Page> {
    return page('groups/cancel-meeting', { ...await this.meeting(slug, id), paths: groupPaths });
  }

  @Post(':id/cancellation')
  @May('group.write')
  async cancel(@CurrentActor() actor: Actor, @Param('slug') slug: string, @IdParam() id: string): Promise<Redirect> {
    const { group } = await this.meeting(slug, id);
    await this.service.cancelMeeting(actor, group.id, id);
    return redirect(groupPaths.group(slug), 'The meeting is cancelled. Each member gets a message about it.');
  }

  private async group(slug: string): Promise<GroupPage> {
    const group = await this.groups.bySlug(slug);
    if (!group) throw new NotFound();
    return group;
  }

  private async meeting(slug: string, id: string): Promise<{ group: GroupPage; meeting: MeetingRow }> {
    const group = await this.group(slug);
    const meeting = await this.meetings.one(group.id, id);
    if (!meeting) throw new NotFound();
    return { group, meeting };
  }

  private async attendee(id: string, personId: string): Promise<AttendanceRow> {
    const person = (await this.meetings.attendance(id)).find((row) => row.personId === personId);
    if (!person) throw new NotFound();
    return person;
  }

  private async planPage(group: GroupPage, form: Form<unknown>, status = 200, safeDay: string | null = null): Promise<Page> {
    return page('groups/plan-meeting', {
      group, form, ...await this.choices(), paths: groupPaths, safeDay, members: safeDay ? await this.groups.members(group.id) : [],
    }, status);
  }

  private async movePage(group: GroupPage, meeting: MeetingRow, form: Form<unknown>, status = 200, safeDay: string | null = null): Promise<Page> {
    const members = safeDay ? (await this.meetings.attendance(meeting.id)).map(({ personId, name }) => ({ id: personId, name })) : [];
    return page('groups/move-meeting', { group, meeting, form, ...await this.choices(), paths: groupPaths, safeDay, members }, status);
  }

  private async choices() {
    const rooms = (await this.diary.rooms()).map(({ id, name, details }) => ({ value: id, text: details ? `${name} (${details})` : name }));
    return { formats: FORMATS.map((value) => ({ value, text: formatNames[value] })), rooms: [{ value: '', text: 'No room' }, ...rooms] };
  }

  private attendancePage(group: GroupPage, meeting: MeetingRow, person: AttendanceRow, form: Form<unknown>, status = 200): Page {
    const planned = wholeMinutes(meeting.startsAt, meeting.endsAt);
    return page('groups/attendance', { group, meeting, person, form, planned, paths: groupPaths }, status);
  }
}

function timeOf({ day, starts, ends, format, roomId, joiningDetails }: MeetingTimeDto): MovedMeeting {
  return { day, starts, ends, format, roomId: roomId ?? null, joiningDetails: joiningDetails ?? null };
}

/** "Use this day instead" was pressed: the same form, on that day. */
function onSafeDay(body: unknown): unknown {
  const { useDay, ...rest } = (body ?? {}) as Record<string, unknown>;
  return isDay(useDay) ? { ...rest, ...dayParts('day', useDay) } : body;
}

/** Null when it was saved; else the form with what is wrong, and the first day that is safe for everybody where that is what is wrong. */
async function saved<T>(form: Form<T>, save: () => Promise<void>): Promise<{ form: Form<T>; safeDay: string | null } | null> {
  try {
    await save();
    return null;
  } catch (error) {
    if (error instanceof TooSoonRefused) return { form: withError(form, 'day', error.message), safeDay: error.firstSafeDay };
    if (error instanceof OverrideRefused) return { form: withError(form, 'overrideReason', error.message), safeDay: error.firstSafeDay };
    if (error instanceof RuleViolation) return { form: withError(form, 'starts', error.message), safeDay: null };
    if (error instanceof Conflict) return { form: withError(form, 'roomId', error.message), safeDay: null };
    throw error;
  }
}
