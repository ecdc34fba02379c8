import type pg from 'pg';

export interface Resident {
  id: string;
  contactId: string;
  email: string;
  /** For the API. */
  token: string;
}

export interface CallToBook {
  call: { id: string; slug: string; leadId: string; deciderId: string };
  roundId: string;
  applicants: (Resident & { applicationId: string })[];
  rooms: string[];
  leads: Resident[];
  /** Whole panels. */
  panels: string[][];
}

export function interviewDay(index: number): string;
export function callToBook(owner: pg.Client | pg.Pool, people: Resident[], options: { days: number }): Promise<CallToBook>;
