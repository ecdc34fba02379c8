import type pg from 'pg';
import type { Resident } from './call-to-book.mjs';

export function residents(owner: pg.Client | pg.Pool, count: number, name?: string): Promise<Resident[]>;
