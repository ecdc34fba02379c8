import type { Problem } from '../../src/timetables/timetable.rules.js';

export function randomFrom(seed: number): () => number;
export function madeUpProblem(wanted: {
  applicants: number; days: number; seed?: number; scarce?: boolean; residents?: number; leads?: number; others?: number; most?: number;
}): Problem;
