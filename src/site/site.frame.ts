import { Injectable } from '@nestjs/common';
import { may, type Actor } from '../platform/actor.js';
import { roleNames, roles, type Permission } from '../platform/permissions.js';
import { PageFrame, type NavigationItem } from '../platform/web/frame.js';
import { sitePaths } from './site.paths.js';

interface Entry {
  text: string;
  href: string;
  /** Whose pages these are; without it, everybody's who has a role. */
  may?: Permission;
}

const PUBLIC: readonly Entry[] = [
  { text: 'Opportunities', href: '/opportunities' },
  { text: 'Our story', href: '/story' },
  { text: 'Contact', href: '/help' },
];

const RESIDENT: readonly Entry[] = [
  { text: 'Your home', href: '/my' },
  { text: 'Your applications', href: '/my/applications' },
  { text: 'Your groups', href: '/my/groups' },
  { text: 'Payments', href: '/my/payments' },
  { text: 'Access requirements', href: '/my/access' },
  { text: 'Opportunities', href: '/opportunities' },
];

const STAFF: readonly Entry[] = [
  { text: 'Today', href: '/staff' },
  { text: 'Calls', href: '/staff/calls', may: 'call.read' },
  { text: 'Applications', href: '/staff/applications', may: 'application.read' },
  { text: 'Interviews', href: '/staff/interviews', may: 'interview.read' },
  { text: 'Arrangements', href: '/staff/arrangements', may: 'arrangement.read' },
  { text: 'Groups', href: '/staff/groups', may: 'group.read' },
  { text: 'Budget', href: '/staff/budget', may: 'budget.read' },
  { text: 'Claims', href: '/staff/claims', may: 'claim.read' },
  { text: 'Payment runs', href: '/staff/runs', may: 'run.read' },
  { text: 'Messages', href: '/staff/messages', may: 'message.mend' },
  { text: 'Audit', href: '/staff/audit', may: 'audit.read' },
];

/** The navigation of residents, staff and visitors. */
@Injectable()
export class SiteFrame extends PageFrame {
  navigation(actor: Actor | null, path: string): NavigationItem[] {
    const entries = this.entries(actor, path).filter((entry) => !entry.may || (actor && may(actor, entry.may)));
    const current = entries
      .filter(({ href }) => path === href || path.startsWith(`${href}/`))
      .sort((a, b) => b.href.length - a.href.length)[0];
    return entries.map((entry) => ({ text: entry.text, href: entry.href, current: entry === current }));
  }

  home(actor: Actor): string {
    return actor.roles.length > 0 ? sitePaths.staffHome() : sitePaths.myHome();
  }

  roleLabel(actor: Actor): string | null {
    const first = roles.find((role) => actor.roles.includes(role));
    return first ? roleNames[first] : null;
  }

  /** Somebody with a role sees their own affairs as a resident under /my. */
  private entries(actor: Actor | null, path: string): readonly Entry[] {
    if (!actor) return PUBLIC;
    if (actor.roles.length === 0) return RESIDENT;
    return path.startsWith('/my') ? [...RESIDENT, { text: 'Staff pages', href: '/staff' }] : [...STAFF, { text: 'Your own pages', href: '/my' }];
  }
}
