import { Injectable } from '@nestjs/common';
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { Clock } from './clock.js';
import { Config } from './config.js';
import { SettingsReader } from './settings.js';

/** Something in somebody's own calendar. It names no adjustment: a phone shows it to whoever glances at it. */
export interface CalendarEntry {
  /** The same for life, so that a newer entry replaces an older one. */
  uid: string;
  /** Raised with each change. */
  sequence: number;
  startsAt: Date;
  endsAt: Date;
  /** Neutral: "Interview: Planning Group". */
  summary: string;
  location: string | null;
  description: string | null;
  /** Where it stands here, as a path of ours. */
  path: string;
  state: 'planned' | 'kept-free' | 'cancelled';
}

export const CALENDAR_TYPE = 'text/calendar; charset=utf-8';

export interface CalendarFile {
  name: string;
  method: 'PUBLISH' | 'CANCEL';
  content: string;
}

const STATES = {
  planned: ICalEventStatus.CONFIRMED, 'kept-free': ICalEventStatus.TENTATIVE, cancelled: ICalEventStatus.CANCELLED,
} as const;

/** Calendar entries as iCalendar (RFC 5545). Times are in UTC, which every calendar shows in its own time. */
@Injectable()
export class CalendarFiles {
  constructor(private readonly config: Config, private readonly settings: SettingsReader, private readonly clock: Clock) {}

  /** One entry, to keep or to send. Nobody reads what a calendar program would answer, so it invites to nothing. */
  async one(entry: CalendarEntry): Promise<CalendarFile> {
    const method = entry.state === 'cancelled' ? 'CANCEL' : 'PUBLISH';
    return { name: 'calendar.ics', method, content: await this.write(null, [entry], method) };
  }

  /** All of somebody's entries, for a calendar that fetches them again and again. */
  async feed(name: string, entries: readonly CalendarEntry[]): Promise<string> {
    return this.write(name, entries, 'PUBLISH');
  }

  private async write(name: string | null, entries: readonly CalendarEntry[], method: CalendarFile['method']): Promise<string> {
    const { publicUrl, mailFrom } = this.config;
    const { organisation } = await this.settings.current();
    const calendar = ical({
      ...(name && { name }), prodId: { company: 'Alongside', product: 'calendar', language: 'EN' }, method: ICalCalendarMethod[method],
    });
    for (const { uid, sequence, startsAt, endsAt, summary, location, description, path, state } of entries) {
      calendar.createEvent({
        id: `${uid}@${new URL(publicUrl).hostname}`, sequence, stamp: this.clock.now(), start: startsAt, end: endsAt,
        summary, location, description, url: publicUrl + path, status: STATES[state],
        organizer: { name: organisation.name, email: addressOf(mailFrom) },
      });
    }
    return calendar.toString();
  }
}

/** "alongside@council.example" of "Alongside <alongside@council.example>". */
function addressOf(from: string): string {
  return /<([^>]+)>\s*$/.exec(from)?.[1] ?? from;
}
