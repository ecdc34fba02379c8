import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Audit } from './audit.js';
import { CalendarFiles } from './calendar.js';
import { Clock } from './clock.js';
import { Config } from './config.js';
import { KeyRing } from './crypto.js';
import { Database } from './database.js';
import { DemoClock } from './demo-clock.js';
import { EventBus } from './event-bus.js';
import { FileChunks } from './files/chunks.js';
import { ClamdScanner } from './files/clamd.scanner.js';
import { Files } from './files/files.service.js';
import { NoScanner, Scanner } from './files/scanner.js';
import { Scanning } from './files/scanning.service.js';
import { UploadStore } from './files/upload.store.js';
import { Idempotency } from './idempotency.js';
import { Invariants } from './invariants.js';
import { MessageCatalogue } from './messages.js';
import { OutboxRelay } from './outbox.relay.js';
import { PublicChanges } from './public-changes.js';
import { NudgeQueue } from './queue.js';
import { RateLimits } from './rate-limits.js';
import { SettingsReader } from './settings.js';
import { BackgroundWorker } from './worker.js';
import { WorkingCalendar } from './working-calendar.js';

const POOL = 10;

const providers = [
  Clock, KeyRing, Database, EventBus, OutboxRelay, NudgeQueue, BackgroundWorker,
  Audit, Idempotency, MessageCatalogue, RateLimits, SettingsReader, WorkingCalendar, DemoClock, Invariants, PublicChanges, CalendarFiles,
  FileChunks, Files, Scanning, UploadStore,
  { provide: Scanner, inject: [Config], useFactory: ({ clamavUrl }: Config) => (clamavUrl ? new ClamdScanner(clamavUrl) : new NoScanner()) },
];

/** What every capability stands on. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config) => ({
        type: 'postgres' as const,
        url: config.databaseUrl,
        autoLoadEntities: true,
        synchronize: false,
        retryAttempts: 3,
        poolSize: POOL,
        // Whatever the login may do, the service acts as a role that owns nothing.
        extra: { options: '-c role=alongside_app -c timezone=UTC', connectionTimeoutMillis: 5_000 },
      }),
    }),
  ],
  providers: [{ provide: Config, useFactory: () => new Config() }, ...providers],
  exports: [Config, ...providers],
})
export class PlatformModule {}
