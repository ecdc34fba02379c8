import type pg from 'pg';

export interface CrashBookingsOptions {
  appUrl: string;
  ownerUrl: string;
  kills: number;
  people: number;
  /** What each of them does: books, moves, gives back. */
  steps: number;
  /** How many a lead asks for, reads and releases meanwhile. */
  timetables: number;
  /** How many do so at the same time; 8 without it. */
  clients?: number;
  /** False: the lease on what a killed process was sending is over at once, instead of after half a minute. */
  waitForLeases?: boolean;
  log?: (line: string) => void;
}

export interface CrashBookingsReport {
  kills: number;
  booked: number;
  moved: number;
  cancelled: number;
  /** Series of times that leads made. */
  times: number;
  /** They had no answer and did not ask again. */
  gaveUp: number;
  /** Requests that a kill cut off, or that found nobody there. */
  interrupted: number;
  problems: string[];
  /** What each was told: what they have, and what they may have instead when they gave up. */
  lives: { booking: { id: string } | null; unsure?: object | null }[];
  series: object[];
  removed: string[];
  releases: { sure: boolean }[];
}

export function crashBookings(options: CrashBookingsOptions): Promise<CrashBookingsReport>;

/** What is wrong with what is left, compared with what was seen. */
export function bookingProblems(owner: pg.Client | pg.Pool, seen: Pick<CrashBookingsReport, 'lives' | 'series' | 'removed' | 'releases'>): Promise<string[]>;
