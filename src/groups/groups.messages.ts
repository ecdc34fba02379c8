import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';
import { formatInstant, formatSpan } from '../shared/dates.js';
import { groupPaths } from './groups.paths.js';
import { MeetingCalendar } from './meeting-calendar.queries.js';
import { MeetingQueries, type OwnMeeting } from './meetings.queries.js';

const MEMBERSHIP = {
  name: 'message-membership',
  text: `select g.short_name as "shortName", m.person_id as "personId", m.to_on as "toOn"
         from membership m join involvement_group g on g.id = m.group_id where m.id = $1`,
};

interface MembershipRow {
  shortName: string;
  personId: string;
  toOn: Date | null;
}

const OWN_PAGE = { words: 'See your groups', path: groupPaths.mine() };

@Injectable()
export class GroupsMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly meetings: MeetingQueries,
    private readonly calendar: MeetingCalendar,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'membership-started',
      on: 'membership.started',
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ membershipId }) => (await this.membership(membershipId)).toOn === null,
      words: async ({ membershipId }) => {
        const { shortName, personId } = await this.membership(membershipId);
        const next = await this.nextMeeting(personId, shortName);
        return {
          subject: `Welcome to ${shortName}`,
          paragraphs: [
            `You are now a member of ${shortName}. We are glad you said yes.`,
            next ? `Your first meeting is on ${formatSpan(next.startsAt, next.endsAt)}. ${placeOf(next)}`
              : 'We will write to you when the first meeting has a date.',
            'Your page shows your meetings and what you are paid. If what you need to take part changes, call or text us.',
          ],
          text: next ? `Welcome to ${shortName}. Your first meeting is on ${formatInstant(next.startsAt)}.`
            : `Welcome to ${shortName}. We will write to you when the first meeting has a date.`,
          link: OWN_PAGE,
        };
      },
    });

    this.catalogue.define({
      template: 'meeting-planned',
      on: 'meeting.planned',
      recipients: ({ personIds }) => personIds.map((personId) => ({ personId })),
      holds: async ({ occasionId }) => {
        const { cancelledAt, startsAt } = await this.meeting(occasionId);
        return cancelledAt === null && startsAt > this.clock.now();
      },
      words: async ({ occasionId }) => {
        const meeting = await this.meeting(occasionId);
        return {
          subject: `${meeting.shortName} meets on ${formatInstant(meeting.startsAt)}`,
          paragraphs: [
            `The next meeting of ${meeting.shortName} is on ${formatSpan(meeting.startsAt, meeting.endsAt)}.`,
            placeOf(meeting),
            'If you can’t come, or what you need has changed, call or text us.',
          ],
          text: `${meeting.shortName} meets on ${formatSpan(meeting.startsAt, meeting.endsAt)}. ${placeOf(meeting)}`,
          link: OWN_PAGE,
          calendar: await this.calendar.entry(occasionId),
        };
      },
    });

    this.catalogue.define({
      template: 'meeting-moved',
      on: 'meeting.moved',
      recipients: ({ personIds }) => personIds.map((personId) => ({ personId })),
      holds: async ({ occasionId, startsAt: movedTo }) => {
        const { cancelledAt, startsAt } = await this.meeting(occasionId);
        return cancelledAt === null && startsAt > this.clock.now() && startsAt.toISOString() === movedTo;
      },
      words: async ({ occasionId, from }) => {
        const meeting = await this.meeting(occasionId);
        const before = formatSpan(new Date(from.startsAt), new Date(from.endsAt));
        const now = formatSpan(meeting.startsAt, meeting.endsAt);
        return {
          subject: before === now ? `The ${meeting.shortName} meeting on ${formatInstant(meeting.startsAt)}: what is new`
            : `The ${meeting.shortName} meeting has moved to ${formatInstant(meeting.startsAt)}`,
          paragraphs: [
            before === now ? `The ${meeting.shortName} meeting stays on ${now}. Where or how we meet has changed.`
              : `The ${meeting.shortName} meeting was on ${before}. Now it is on ${now}.`,
            placeOf(meeting),
            'If we arranged something for you, we arrange it again. If you can’t come, or what you need has changed, call or text us.',
          ],
          text: before === now ? `The ${meeting.shortName} meeting stays on ${now}. ${placeOf(meeting)}`
            : `The ${meeting.shortName} meeting has moved. Before: ${before}. Now: ${now}. ${placeOf(meeting)}`,
          link: OWN_PAGE,
          calendar: await this.calendar.entry(occasionId),
        };
      },
    });

    this.catalogue.define({
      template: 'meeting-cancelled',
      on: 'meeting.cancelled',
      recipients: ({ personIds }) => personIds.map((personId) => ({ personId })),
      words: async ({ occasionId }) => {
        const { shortName, startsAt } = await this.meeting(occasionId);
        return {
          subject: `The ${shortName} meeting on ${formatInstant(startsAt)} is cancelled`,
          paragraphs: [
            `The ${shortName} meeting on ${formatInstant(startsAt)} will not happen. We are sorry.`,
            'You do not need to do anything. We will write to you when there is a new date.',
          ],
          text: `The ${shortName} meeting on ${formatInstant(startsAt)} is cancelled. We are sorry. You do not need to do anything.`,
          link: OWN_PAGE,
          calendar: await this.calendar.entry(occasionId),
        };
      },
    });
  }

  private async membership(id: string): Promise<MembershipRow> {
    return (await this.database.row<MembershipRow>(MEMBERSHIP, [id]))!;
  }

  private async meeting(id: string): Promise<OwnMeeting> {
    return (await this.meetings.toTell(id))!;
  }

  private async nextMeeting(personId: string, shortName: string): Promise<OwnMeeting | undefined> {
    return (await this.meetings.comingFor(personId)).find((meeting) => meeting.shortName === shortName);
  }
}

function placeOf({ formatName, roomName, joiningDetails }: OwnMeeting): string {
  const place = roomName ? `${formatName}, at ${roomName}.` : `${formatName}.`;
  return joiningDetails ? `${place} How to join: ${joiningDetails}` : place;
}
