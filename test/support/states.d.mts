import type { INestApplicationContext } from '@nestjs/common';
import type pg from 'pg';

export interface Seen {
  lives: number;
  steps: number;
  illegal: number;
  unaudited: number;
  toldOfUndone: number;
  toldTwice: number;
}

export function liveManyLives(options: {
  app: INestApplicationContext;
  load: (path: string) => Promise<unknown>;
  owner: pg.Pool;
  today: string;
  runs: number;
  steps: number;
  seed: number;
  log?: (line: string) => void;
}): Promise<Seen>;

export function problemsIn(seen: Seen): string[];
