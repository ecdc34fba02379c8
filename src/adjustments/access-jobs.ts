import { Injectable, type OnModuleInit } from '@nestjs/common';
import { BackgroundWorker } from '../platform/worker.js';
import { ChecksService } from './checks.service.js';
import { FeedbackService } from './feedback.service.js';
import { RisksService } from './risks.service.js';

/** What is looked for each hour, by day. */
@Injectable()
export class AccessJobs implements OnModuleInit {
  constructor(
    private readonly worker: BackgroundWorker,
    private readonly checks: ChecksService,
    private readonly feedback: FeedbackService,
    private readonly risks: RisksService,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.risks.escalate());
    this.worker.registerHourly(() => this.feedback.ask());
    this.worker.registerHourly(() => this.checks.askYearly());
  }
}
