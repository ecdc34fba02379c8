import { randomInt } from 'node:crypto';
import { v4, v7 } from 'uuid';
import { makeCode, makeReference } from '../shared/reference.js';

/** A uuidv7: sorts by when it was made. */
export function newId(): string {
  return v7();
}

/** One that tells nothing of when it was made, for what stands in addresses where the time must not be read. */
export function newTimelessId(): string {
  return v4();
}

export function isId(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(text);
}

/** A reference a person can read out, such as "DFPG-7K3QX". */
export function newReference(prefix: string): string {
  return makeReference(prefix, (below) => randomInt(below));
}

/** A code that opens something, such as "7K3Q-XWRD". */
export function newCode(): string {
  return makeCode((below) => randomInt(below));
}
