import { ChangedMeanwhile } from '../errors.js';
import type { Form } from './form.js';
import { page, type Page } from './page.js';

/** One field of a form that two people changed; `words` says what a value means where the value itself doesn't. */
export interface ComparedField {
  name: string;
  label: string;
  words?: (value: unknown) => string;
}

export interface Compared {
  title: string;
  /** Where what they saved is shown. */
  keepHref: string;
  /** Where mine is posted, with their version, if I choose to save it all the same. */
  action: string;
  fields: readonly ComparedField[];
}

/** What another saved beside what I wrote, field by field. Anything but `ChangedMeanwhile` is thrown on. */
export function bothVersions(error: unknown, form: Form<unknown>, { title, keepHref, action, fields }: Compared): Page {
  if (!(error instanceof ChangedMeanwhile)) throw error;
  const { theirs } = error;
  const rows = fields.map(({ name, label, words = plain }) => {
    const [their, my] = [words(theirs.values[name]), words(form.values[name])];
    return { label, theirs: their, mine: my, same: their === my };
  });
  return page('both-versions.njk', { title, keepHref, action, theirs, rows, hidden: hiddenFields({ ...form.values, version: theirs.version }) }, 409);
}

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : Array.isArray(value) ? value.map(plain).join(', ') : '';
}

function hiddenFields(values: Record<string, unknown>): { name: string; value: string }[] {
  return Object.entries(values).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).filter((one) => one !== undefined && one !== null).map((one) => ({ name, value: String(one) })));
}
