import type { INestApplicationContext } from '@nestjs/common';
import { addDays, londonDay } from '../../src/shared/dates.js';
import { InterpretersQueries } from '../../src/adjustments/interpreters.queries.js';
import { CallsQueries } from '../../src/calls/calls.queries.js';
import { ChecklistQueries } from '../../src/calls/checklist.queries.js';
import { PublishingService } from '../../src/calls/publishing.service.js';
import type { Actor } from '../../src/platform/actor.js';

const REASONS: Record<string, string> = {
  'decision-open': 'Nothing is decided yet. The group decides with us what must change.',
  money: 'The co-production budget pays. The budget holder agreed.',
  'tax-route': 'Finance decided: paid through accounts payable.',
  formats: 'Both are made, and we have seen them.',
  'lead-time': 'We counted the working days.',
  interpreters: 'We asked all the interpreters we know for the first day.',
  terms: 'The person specification is signed off by the Strategic Leadership Team.',
  'decided-together': 'We wrote it together.',
};

/** A draft goes the whole way: each question of its checklist answered, made ready, and approved by a second person, a co-decider. */
export async function publishTogether(app: Pick<INestApplicationContext, 'get'>, callId: string, maker: Actor, approver: Actor): Promise<void> {
  const publishing = app.get(PublishingService);
  const call = (await app.get(CallsQueries).detail(callId))!;
  const before = addDays(londonDay(call.opensAt), -1);
  const held = await app.get(InterpretersQueries).heldFor(callId);
  for (const { code } of await app.get(ChecklistQueries).gates(callId)) {
    await publishing.passGate(maker, callId, code, {
      reason: REASONS[code] ?? 'It is so.',
      ...(code === 'formats' && { easyReadOn: before, bslOn: before }),
      ...(code === 'interpreters' && held.length === 0 && { withoutInterpreters: 'none_to_be_had' as const }),
      ...(code === 'decided-together' && { coDeciders: [approver.personId] }),
    });
  }
  await publishing.makeReady(maker, callId);
  await publishing.approve(approver, callId);
}
