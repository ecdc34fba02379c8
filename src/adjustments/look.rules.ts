/** Whoever reads a part by their work. */
type Audience = 'scheduler' | 'panel' | 'venue' | 'payer';

/** Which page it was. */
export type LookedAt = 'arrangements' | 'requirements' | 'download' | 'day-sheet' | 'venue';

/** A resident's words. */
export const lookedAtNames: Record<LookedAt, string> = {
  arrangements: 'the page of what we arrange',
  requirements: 'your access requirements',
  download: 'your access requirements, as a file',
  'day-sheet': 'what to do on the day',
  venue: 'what the place needs',
};

export const audienceNames: Record<Audience, string> = {
  scheduler: 'People who plan times: minutes and days, never what it is',
  panel: 'People you met: what to do on the day, never why',
  venue: 'The place: what the room needs, never for whom',
  payer: 'People who pay: a cost and a day, never for what',
};

export function lookedAt(value: unknown): string {
  return lookedAtNames[value as LookedAt] ?? lookedAtNames.arrangements;
}
