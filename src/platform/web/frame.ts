import type { Actor } from '../actor.js';

export interface NavigationItem {
  text: string;
  href: string;
  current: boolean;
  /** The other pages of the section somebody is in. */
  within?: NavigationItem[];
}

/** Above every page while somebody helps another person. */
export interface HelpingBanner {
  text: string;
  endHref: string;
}

/** What stands around every page: `site` fills this port, because it knows everybody's pages. */
export abstract class PageFrame {
  abstract navigation(actor: Actor | null, path: string): NavigationItem[];
  abstract home(actor: Actor): string;
  abstract helping(actor: Actor): HelpingBanner | null;
  /** "strategic lead", or null for a resident. */
  abstract roleLabel(actor: Actor): string | null;
}
