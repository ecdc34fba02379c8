import { Logger } from '@nestjs/common';
import { ServiceError } from '../platform/errors.js';

/** What became of one of many: done, or in words why not. */
export interface BulkLine {
  id: string;
  reason: string | null;
}

const log = new Logger('bulk');

/**
 * One after another, each in a transaction of its own: all or nothing for each, and what fails for one changes nothing for
 * another. What a rule refuses is said in its own words.
 */
export async function oneByOne<T extends { id: string }>(items: readonly T[], work: (item: T) => Promise<void>): Promise<BulkLine[]> {
  const lines: BulkLine[] = [];
  for (const item of items) lines.push({ id: item.id, reason: await reasonOf(() => work(item)) });
  return lines;
}

async function reasonOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    log.error(`one of many failed: ${error instanceof Error ? error.name : 'unknown'}`);
    return 'Something went wrong on our side. Nothing was changed for them. Try again';
  }
}

/** "id.version" of a list becomes both. */
export function readTicked(ticked: readonly string[]): { id: string; version: number }[] {
  return [...new Set(ticked)].map((one) => {
    const [id = '', version = '0'] = one.split('.');
    return { id, version: Number(version) };
  });
}

/** For the page that says who was done, and for each other why not. */
export function resultOf(lines: readonly BulkLine[], names: ReadonlyMap<string, { name: string; reference: string }>) {
  const named = lines.map((line) => ({ ...line, ...(names.get(line.id) ?? { name: 'Somebody who is not in this list', reference: '' }) }));
  return { done: named.filter(({ reason }) => reason === null), notDone: named.filter(({ reason }) => reason !== null) };
}
