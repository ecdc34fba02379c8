import type { LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';

/** Nest's log lines through pino, as JSON; `quiet` keeps only warnings and errors. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(level: string) {
    this.pino = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  }

  log(message: unknown, ...more: unknown[]): void {
    this.pino.info({ context: contextOf(more) }, String(message));
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.pino.warn({ context: contextOf(more) }, String(message));
  }

  error(message: unknown, ...more: unknown[]): void {
    this.pino.error({ context: contextOf(more) }, String(message));
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.pino.debug({ context: contextOf(more) }, String(message));
  }
}

function contextOf(more: unknown[]): string | undefined {
  const last = more.at(-1);
  return typeof last === 'string' ? last : undefined;
}
