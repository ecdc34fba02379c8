import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ArrangementOutcome, ArrangementState, Changed } from './arrangement.rules.js';

/** One adjustment for one person, where they take part: from asked to delivered. */
@Entity('arrangement')
export class Arrangement {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'person_id' }) personId: string;
  @Column('uuid', { name: 'need_id' }) needId: string;
  @Column('text', { name: 'kind_code' }) kindCode: string;
  @Column('uuid', { name: 'call_id', nullable: true }) callId: string | null;
  @Column('uuid', { name: 'occasion_id', nullable: true }) occasionId: string | null;
  /** The day they sit on the call's panel. */
  @Column('date', { name: 'sitting_on', nullable: true }) sittingOn: string | null;
  @Column('date', { name: 'needed_by' }) neededBy: string;
  @Column('date', { name: 'due_on' }) dueOn: string;
  @Column('text') state: ArrangementState;
  /** Booked for that day, and not wanted then any more: somebody has to cancel or move it. */
  @Column('date', { name: 'still_booked_for', nullable: true }) stillBookedFor: string | null;
  @Column('uuid', { name: 'owner_id', nullable: true }) ownerId: string | null;
  @Column('uuid', { name: 'deputy_id', nullable: true }) deputyId: string | null;
  /** An interview can't be confirmed while it is not booked. */
  @Column('boolean') essential: boolean;
  @Column('uuid', { name: 'supplier_id', nullable: true }) supplierId: string | null;
  @Column('integer', { name: 'cost_pence', nullable: true }) costPence: number | null;
  @Column('text', { name: 'supplier_notes', nullable: true }) supplierNotes: string | null;
  /** Why it is looked at again; null once it is booked anew. */
  @Column('text', { nullable: true }) changed: Changed | null;
  @Column('text', { nullable: true }) outcome: ArrangementOutcome | null;
  @Column('timestamptz', { name: 'booked_at', nullable: true }) bookedAt: Date | null;
  @Column('timestamptz', { name: 'outcome_at', nullable: true }) outcomeAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
  @Column('integer') version: number;
}
