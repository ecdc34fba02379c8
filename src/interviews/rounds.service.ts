import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { Call } from '../calls/call.entity.js';
import { InterviewRound } from './round.entity.js';

/** The rounds of a call's interviews. */
@Injectable()
export class RoundsService {
  constructor(private readonly settings: SettingsReader, private readonly audit: Audit, private readonly clock: Clock) {}

  /** A call is published, with its days for interviews. */
  async openFirst(tx: EntityManager, callId: string): Promise<void> {
    if (await tx.existsBy(InterviewRound, { callId })) return;
    const { interviewsFrom, interviewsTo } = await tx.findOneByOrFail(Call, { id: callId });
    const id = newId();
    await tx.insert(InterviewRound, {
      id, callId, number: 1, name: 'First interviews', fromOn: interviewsFrom, toOn: interviewsTo, formats: ['in_person', 'phone', 'video'],
      ...(await this.settings.current())['interviews.round'], createdBy: null, createdAt: this.clock.now(), version: 1,
    });
    await this.audit.record(tx, null, 'interview-round.opened', { type: 'interview_round', id }, { callId });
  }
}
