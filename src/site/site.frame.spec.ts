import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../platform/actor.js';
import { permissions, roles, type Role } from '../platform/permissions.js';
import { SiteFrame, STAFF } from './site.frame.js';

const frame = new SiteFrame();
const actor = (...own: Role[]): Actor => ({ personId: 'p', name: 'Dana', onBehalfOf: null, channel: 'web', roles: own, sessionId: null });
const words = (items: { text: string }[]) => items.map(({ text }) => text);

describe('the navigation of staff', () => {
  it.each([...roles.map((role) => [role] as Role[]), ['strategic_lead', 'budget_holder', 'administrator'] as Role[]])('has few enough entries to take in as %s', (...own) => {
    expect(frame.navigation(actor(...own), '/staff').length).toBeLessThanOrEqual(8);
  });

  it('leads a lead to each part of the work, and within it to its pages', () => {
    const lead = actor('strategic_lead');
    expect(words(frame.navigation(lead, '/staff'))).toEqual(['Today', 'Choosing', 'Interviews', 'Groups', 'Budget', 'People', 'Equality', 'Your own pages']);
    const choosing = frame.navigation(lead, '/staff/applications/1')[1]!;
    expect([choosing.current, words(choosing.within!), choosing.within!.map(({ current }) => current)]).toEqual([
      true, ['Calls', 'Applications', 'Reviews', 'Interested people', 'More time'], [false, true, false, false, false],
    ]);
  });

  it('knows a page by another address of it', () => {
    const [, , interviews] = frame.navigation(actor('strategic_lead'), '/staff/interviews/day/2027-02-10');
    expect(interviews!.within).toEqual([
      { text: 'All interviews', href: '/staff/interviews', current: false }, { text: 'Your interviews', href: '/staff/interviews/panel', current: true },
    ]);
    for (const path of ['/staff/rounds/1', '/staff/rounds/1/timetable', '/staff/timetables/1/people/2', '/staff/replies/new', '/staff/availability/1']) {
      expect(frame.navigation(actor('strategic_lead'), path)[2]!.current).toBe(true);
    }
  });

  it('names a section with one page for them by that page', () => {
    expect(words(frame.navigation(actor('panel_member'), '/staff/interviews/panel'))).toEqual(['Today', 'Choosing', 'Interviews', 'Groups', 'Your own pages']);
    expect(words(frame.navigation(actor('auditor'), '/staff'))).toEqual(['Today', 'Money', 'Records', 'Your own pages']);
  });

  it('shows nobody a page that is closed to them, and everybody all of theirs', () => {
    for (const role of roles) {
      const open = STAFF.flatMap(({ entries }) => entries).filter((entry) => !entry.may || (permissions[entry.may] as readonly Role[]).includes(role));
      const shown = open.map(({ href }) => frame.navigation(actor(role), href).flatMap((item) => [item.href, ...(item.within ?? []).map((one) => one.href)]));
      for (const { href } of open) expect(shown.some((hrefs) => hrefs.includes(href))).toBe(true);
      for (const href of shown.flat()) expect([...open.map((entry) => entry.href), '/my']).toContain(href);
    }
  });
});
