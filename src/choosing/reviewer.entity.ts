import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReviewerKind } from './review.rules.js';

/** Somebody who scores in a phase; some of them decide too. */
@Entity('reviewer')
export class Reviewer {
  @PrimaryColumn('uuid', { name: 'phase_id' }) phaseId: string;
  @PrimaryColumn('uuid', { name: 'person_id' }) personId: string;
  /** The person, or the job they share. */
  @Column('uuid', { name: 'duty_id' }) dutyId: string;
  @Column('text') kind: ReviewerKind;
  @Column('boolean') decides: boolean;
  @Column('uuid', { name: 'added_by' }) addedBy: string;
  @Column('timestamptz', { name: 'added_at' }) addedAt: Date;
  @Column('timestamptz', { name: 'removed_at', nullable: true }) removedAt: Date | null;
}
