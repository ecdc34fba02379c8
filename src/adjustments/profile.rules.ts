import { addMonths, londonDay } from '../shared/dates.js';

/** A part of what somebody tells about taking part, in their own words. */
export type ProfilePart = 'helps' | 'avoid' | 'times' | 'reach' | 'emergency';

export interface PartWords {
  title: string;
  question: string;
  hint: string;
  /** Whether people who meet them on the day may see it, if they say so. */
  mayBeShown: boolean;
}

export const profileParts: Record<ProfilePart, PartWords> = {
  helps: {
    title: 'What helps me', question: 'What helps you to take part?', mayBeShown: true,
    hint: 'For example: “Tell me what comes next” or “Face me when you speak”. Say what to do. You never have to say why.',
  },
  avoid: {
    title: 'What to avoid', question: 'What should we avoid?', mayBeShown: true,
    hint: 'For example: “Don’t touch my chair” or “No sudden noise”.',
  },
  times: {
    title: 'Good and bad times', question: 'Which times are good or bad for you?', mayBeShown: false,
    hint: 'For example: “After 11am” or “Not on Fridays”. We plan with this.',
  },
  reach: {
    title: 'How to reach me', question: 'How is it best to reach you?', mayBeShown: false,
    hint: 'For example: “Text first, then call”.',
  },
  emergency: {
    title: 'In an emergency', question: 'What should we do in an emergency?', mayBeShown: true,
    hint: 'For example how you leave a building, or whom to call.',
  },
};

export const partNames = Object.keys(profileParts) as ProfilePart[];

export function isPart(value: string): value is ProfilePart {
  return Object.hasOwn(profileParts, value);
}

/** All of it, as it is kept with each event and given to its person. */
export interface Requirements {
  parts: { part: ProfilePart; words: string; onTheDay: boolean }[];
  needs: RequiredNeed[];
}

export interface RequiredNeed {
  code: string;
  name: string;
  category: string;
  ownWords: string | null;
  essential: boolean;
  /** They said it themselves. */
  chosen: boolean;
  extraMinutes: number;
  /** Names of interpreters. */
  prefer: string[];
  refuse: string[];
}

export const MOST_NAMES = 10;
export const LONGEST_NAME = 200;

/** Somebody can't be wished for and refused; each name is one. */
export function cleanNames(lines: readonly string[]): string[] {
  const names = lines.map((line) => line.replace(/\s+/g, ' ').trim()).filter(Boolean);
  return names.filter((name, index) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === index);
}

/** The day from which we ask whether what somebody told us is still right. */
export function isDueAgain(lastToldAt: Date, today: string, months: number): boolean {
  return addMonths(londonDay(lastToldAt), months) <= today;
}
