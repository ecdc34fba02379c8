import ical, { ICalCalendarMethod } from 'ical-generator';
import { addDays } from '../shared/dates.js';
import { callPaths } from './calls.paths.js';
import type { CallSummary } from './calls.queries.js';

/** JSON Feed 1.1 of calls. */
export function toJsonFeed(calls: readonly CallSummary[], publicUrl: string, organisation: string): object {
  return {
    version: 'https://jsonfeed.org/version/1.1',
    title: `Opportunities with ${organisation}`,
    home_page_url: publicUrl + callPaths.list(),
    feed_url: publicUrl + callPaths.jsonFeed(),
    language: 'en-GB',
    items: calls.map((call) => ({
      id: call.id,
      url: publicUrl + callPaths.show(call.slug),
      title: call.title,
      content_text: call.summary,
      date_published: call.opensAt.toISOString(),
    })),
  };
}

/** Dates of calls for a calendar: when each closes, its interviews and its first meeting. Each entry keeps its id for life. */
export function toCalendar(calls: readonly CallSummary[], publicUrl: string, organisation: string): string {
  const calendar = ical({ name: `Opportunities with ${organisation}`, prodId: { company: 'Alongside', product: 'calls', language: 'EN' }, method: ICalCalendarMethod.PUBLISH });
  const host = new URL(publicUrl).hostname;
  for (const call of calls) {
    const url = publicUrl + callPaths.show(call.slug);
    const closes = call.closedEarlyAt ?? call.closesAt;
    calendar.createEvent({ id: `${call.id}-closes@${host}`, start: closes, end: closes, summary: `${call.shortName}: last time to apply`, url });
    calendar.createEvent({
      id: `${call.id}-interviews@${host}`, start: midnight(call.interviewsFrom), end: midnight(addDays(call.interviewsTo, 1)), allDay: true,
      summary: `${call.shortName}: interviews`, url,
    });
    calendar.createEvent({
      id: `${call.id}-first-meeting@${host}`, start: midnight(call.firstMeetingOn), end: midnight(addDays(call.firstMeetingOn, 1)), allDay: true,
      summary: `${call.shortName}: first meeting`, url,
    });
  }
  return calendar.toString();
}

/** A whole day has no time zone; the generator reads its date in UTC. */
function midnight(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
