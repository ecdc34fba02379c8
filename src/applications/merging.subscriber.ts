import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audit } from '../platform/audit.js';
import { EventBus } from '../platform/event-bus.js';
import { RuleViolation } from '../platform/errors.js';
import type { Events } from '../events/events.js';
import { MergeMoves, type Movable } from '../people/merge-moves.service.js';

const APPLICATION_STATE = `concat(state, ' ', submitted_at)`;
const owners: Movable = { table: 'application', column: 'person_id', what: 'an application', state: APPLICATION_STATE };
const rests: Movable = { table: 'application', column: 'superseded_by', what: 'an application', state: APPLICATION_STATE };

interface Double {
  id: string;
  callId: string;
  personId: string;
  state: string;
  callName: string;
  untold: boolean;
}

/** One live application a call: where both had one, the one that staff chose stays, and the other rests behind it. */
@Injectable()
export class ApplicationsMerging implements OnModuleInit {
  constructor(private readonly bus: EventBus, private readonly moves: MergeMoves, private readonly audit: Audit) {}

  onModuleInit(): void {
    this.bus.hear('person.merged', (tx, merge) => this.merge(tx, merge));
    this.bus.hear('person.unmerged', (tx, { mergeId }) => this.moves.back(tx, mergeId, [owners, rests]));
  }

  private async merge(tx: EntityManager, { mergeId, survivorId, mergedId, keep }: Events['person.merged']): Promise<void> {
    const doubles = await this.doubles(tx, survivorId, mergedId);
    for (const callId of new Set(doubles.map((one) => one.callId))) {
      const both = doubles.filter((one) => one.callId === callId);
      const stays = both.find(({ id }) => id === keep[callId]);
      const goes = both.find(({ id }) => id !== keep[callId]);
      if (!stays || !goes) throw new RuleViolation(`Choose which application for ${both[0]!.callName} stays.`);
      if (goes.state === 'accepted') throw new RuleViolation(`They are a member through the other application for ${goes.callName}. Keep that one.`);
      if (goes.untold) throw new RuleViolation(`Something is decided about the other application for ${goes.callName}, and they do not know it. Tell them, or undo it, first.`);
      await this.moves.move(tx, mergeId, rests, [goes.id], null, stays.id);
      await this.audit.record(tx, null, 'application.rested', { type: 'application', id: goes.id }, { mergeId, behind: stays.id });
      await this.bus.emit(tx, 'application.rested', { mergeId, applicationId: goes.id, callId, personId: goes.personId, mergedId });
    }
    const moving = await tx.query<{ id: string; callId: string }[]>(
      `select id, call_id as "callId" from application where person_id = $1 and superseded_by is null order by id for update`, [mergedId]);
    await this.moves.move(tx, mergeId, owners, moving.map(({ id }) => id), mergedId, survivorId);
    for (const { id, callId } of moving) {
      await this.bus.emit(tx, 'application.moved', { mergeId, applicationId: id, callId, personId: survivorId, fromPersonId: mergedId });
    }
  }

  private async doubles(tx: EntityManager, survivorId: string, mergedId: string): Promise<Double[]> {
    return tx.query<Double[]>(
      `select a.id, a.call_id as "callId", a.person_id as "personId", a.state, c.short_name as "callName",
         exists (select from decision d where d.application_id = a.id and d.state = 'applied') as untold
       from application a join call c on c.id = a.call_id
       where a.person_id in ($1, $2) and a.state <> 'withdrawn' and a.superseded_by is null and exists (
         select from application o where o.call_id = a.call_id and o.person_id in ($1, $2) and o.person_id <> a.person_id
           and o.state <> 'withdrawn' and o.superseded_by is null)
       order by a.call_id, a.id for update of a`, [survivorId, mergedId]);
  }
}
