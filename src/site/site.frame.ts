import { Injectable } from '@nestjs/common';
import { may, type Actor } from '../platform/actor.js';
import { roleNames, roles, type Permission } from '../platform/permissions.js';
import { PageFrame, type HelpingBanner, type NavigationItem } from '../platform/web/frame.js';
import { adjustmentsPaths } from '../adjustments/adjustments.paths.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { equalityPaths } from '../applications/equality.paths.js';
import { latePaths } from '../applications/late-access.paths.js';
import { choosingPaths } from '../choosing/choosing.paths.js';
import { reviewPaths } from '../choosing/reviews.paths.js';
import { budgetPaths } from '../budgets/budgets.paths.js';
import { callPaths } from '../calls/calls.paths.js';
import { groupPaths } from '../groups/groups.paths.js';
import { interviewPaths } from '../interviews/interviews.paths.js';
import { notificationsPaths } from '../notifications/notifications.paths.js';
import { channelNames, staffChannels } from '../people/helping.rules.js';
import { peoplePaths } from '../people/people.paths.js';
import { paymentPaths } from '../payments/payments.paths.js';
import { timetablePaths } from '../timetables/timetables.paths.js';
import { sitePaths } from './site.paths.js';

interface Entry {
  text: string;
  href: string;
  /** Pages of it that stand elsewhere. */
  also?: readonly string[];
  /** Whose pages these are; without it, everybody's who has a role. */
  may?: Permission;
}

const PUBLIC: readonly Entry[] = [
  { text: 'Opportunities', href: callPaths.list() },
  { text: 'Our story', href: '/story' },
  { text: 'Contact', href: sitePaths.help() },
];

const RESIDENT: readonly Entry[] = [
  { text: 'Your home', href: sitePaths.myHome() },
  { text: 'Your applications', href: applicationPaths.mine() },
  { text: 'Your groups', href: groupPaths.mine() },
  { text: 'Payments', href: paymentPaths.mine() },
  { text: 'Access requirements', href: adjustmentsPaths.mine() },
  { text: 'How we reach you', href: peoplePaths.contacts() },
  { text: 'Opportunities', href: callPaths.list() },
];

/** What there is while they help somebody. */
const HELPER: readonly Entry[] = [
  { text: 'Their applications', href: applicationPaths.mine() },
  { text: 'Opportunities', href: callPaths.list() },
];

/** Pages that belong together: the first one somebody may open stands for all, and the others appear beside it. */
interface Section {
  text: string;
  entries: readonly Entry[];
}

export const STAFF: readonly Section[] = [
  { text: 'Today', entries: [{ text: 'Today', href: sitePaths.staffHome() }] },
  {
    text: 'Choosing',
    entries: [
      { text: 'Calls', href: callPaths.staffList(), may: 'call.read' },
      { text: 'Applications', href: choosingPaths.list(), may: 'application.read' },
      { text: 'Reviews', href: reviewPaths.mine(), may: 'review.score' },
      { text: 'Interested people', href: choosingPaths.talentPool(), may: 'application.read' },
      { text: 'More time', href: latePaths.list(), may: 'late.give' },
    ],
  },
  {
    text: 'Interviews',
    entries: [
      { text: 'All interviews', href: interviewPaths.list(), also: ['/staff/rounds', '/staff/timetables', interviewPaths.replies()], may: 'interview.read' },
      { text: 'Your interviews', href: interviewPaths.panel(), also: ['/staff/interviews/day', timetablePaths.availability()], may: 'interview.read' },
    ],
  },
  { text: 'Arrangements', entries: [{ text: 'Arrangements', href: adjustmentsPaths.arrangements(), may: 'arrangement.read' }] },
  { text: 'Groups', entries: [{ text: 'Groups', href: groupPaths.list(), may: 'group.read' }] },
  {
    text: 'Money',
    entries: [
      { text: 'Budget', href: budgetPaths.budget(), may: 'budget.read' },
      { text: 'Access costs', href: adjustmentsPaths.costs(), may: 'access-cost.read' },
      { text: 'Claims', href: paymentPaths.claims(), may: 'claim.read' },
      { text: 'Payment runs', href: paymentPaths.runs(), may: 'run.read' },
    ],
  },
  {
    text: 'People',
    entries: [
      { text: 'People', href: peoplePaths.people(), may: 'person.help' },
      { text: 'Messages', href: notificationsPaths.toMend(), may: 'message.mend' },
    ],
  },
  {
    text: 'Records',
    entries: [
      { text: 'Equality', href: equalityPaths.report(), may: 'equality.report' },
      { text: 'Audit', href: '/staff/audit', may: 'audit.read' },
    ],
  },
];

/** The navigation of residents, staff and visitors. Staff have a few sections; the pages of the one they are in stand below. */
@Injectable()
export class SiteFrame extends PageFrame {
  navigation(actor: Actor | null, path: string): NavigationItem[] {
    if (actor && isStaffPage(actor, path)) return this.staffNavigation(actor, path);
    const entries = this.entries(actor, path);
    const current = closest(entries, path);
    return entries.map((entry) => ({ text: entry.text, href: entry.href, current: entry === current }));
  }

  home(actor: Actor): string {
    if (actor.acting) return applicationPaths.mine();
    return actor.roles.length > 0 ? sitePaths.staffHome() : sitePaths.myHome();
  }

  roleLabel(actor: Actor): string | null {
    const first = roles.find((role) => actor.roles.includes(role));
    return first ? roleNames[first] : null;
  }

  helping({ acting, channel }: Actor): HelpingBanner | null {
    if (!acting) return null;
    const name = acting.forName ?? 'somebody who has not told us their name';
    const how = staffChannels.find((one) => one === channel);
    const text = acting.scopes.length === 0 ? `You can’t help ${name} any more.`
      : how ? `You are entering this for ${name}, ${channelNames[how]}.` : `You are helping ${name}.`;
    return { text, endHref: peoplePaths.endHelping() };
  }

  /** A section with one page for them goes by that page's name. */
  private staffNavigation(actor: Actor, path: string): NavigationItem[] {
    const sections = STAFF
      .map(({ text, entries }) => ({ text, entries: entries.filter((entry) => !entry.may || may(actor, entry.may)) }))
      .filter(({ entries }) => entries.length > 0);
    const current = closest(sections.flatMap(({ entries }) => entries), path);
    const items = sections.map(({ text, entries }): NavigationItem => {
      const isCurrent = current !== null && entries.includes(current);
      const within = isCurrent && entries.length > 1
        ? entries.map((entry) => ({ text: entry.text, href: entry.href, current: entry === current })) : [];
      return { text: entries.length > 1 ? text : entries[0]!.text, href: entries[0]!.href, current: isCurrent, ...(within.length > 0 && { within }) };
    });
    return [...items, { text: 'Your own pages', href: sitePaths.myHome(), current: false }];
  }

  /** Somebody with a role sees their own affairs as a resident under /my. */
  private entries(actor: Actor | null, path: string): readonly Entry[] {
    if (!actor) return PUBLIC;
    if (actor.acting) return HELPER;
    return actor.roles.length > 0 && path.startsWith('/my') ? [...RESIDENT, { text: 'Staff pages', href: sitePaths.staffHome() }] : RESIDENT;
  }
}

function isStaffPage(actor: Actor, path: string): boolean {
  return !actor.acting && actor.roles.length > 0 && !path.startsWith('/my');
}

/** The entry a page belongs to: the longest address that it begins with. */
function closest(entries: readonly Entry[], path: string): Entry | null {
  const matches = entries.flatMap((entry) => [entry.href, ...entry.also ?? []].map((href) => ({ entry, href })));
  return matches.filter(({ href }) => path === href || path.startsWith(`${href}/`)).sort((a, b) => b.href.length - a.href.length)[0]?.entry ?? null;
}
