import type { Actor } from '../actor.js';

export interface NavigationItem {
  text: string;
  href: string;
  current: boolean;
}

/** What stands around every page: `site` fills this port, because it knows everybody's pages. */
export abstract class PageFrame {
  abstract navigation(actor: Actor | null, path: string): NavigationItem[];
  abstract home(actor: Actor): string;
  /** "strategic lead", or null for a resident. */
  abstract roleLabel(actor: Actor): string | null;
}
