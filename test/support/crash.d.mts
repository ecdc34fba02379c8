export interface CrashOptions {
  appUrl: string;
  ownerUrl: string;
  kills: number;
  applications: number;
  /** How many apply at the same time; 6 without it. */
  clients?: number;
  /** False: the lease on what a killed process was sending is over at once, instead of after half a minute. */
  waitForLeases?: boolean;
  log?: (line: string) => void;
}

export interface CrashReport {
  kills: number;
  acknowledged: number;
  /** They had no answer and did not ask again. */
  gaveUp: number;
  /** Requests that a kill cut off, or that found nobody there. */
  interrupted: number;
  problems: string[];
}

export function crash(options: CrashOptions): Promise<CrashReport>;
