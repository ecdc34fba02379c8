import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { SeatKind } from '../shared/seats.js';
import type { ApplicationState } from '../applications/application.rules.js';
import type { DecisionOutcome, DecisionState } from './decision.rules.js';

/** Recorded by a lead as pending, applied together with Disabled residents; told later, or undone before. */
@Entity('decision')
export class Decision {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'application_id' }) applicationId: string;
  @Column('text') outcome: DecisionOutcome;
  @Column('text', { name: 'seat_kind', nullable: true }) seatKind: SeatKind | null;
  @Column('text') state: DecisionState;
  @Column('text', { name: 'state_before' }) stateBefore: ApplicationState;
  @Column('text') reason: string;
  @Column('uuid', { name: 'decided_by' }) decidedBy: string;
  /** The first of the co-deciders; `decision_co_decider` has all. */
  @Column('uuid', { name: 'co_decided_by', nullable: true }) coDecidedBy: string | null;
  @Column('text', { name: 'no_co_decider_reason', nullable: true }) noCoDeciderReason: string | null;
  @Column('timestamptz', { name: 'decided_at' }) decidedAt: Date;
  @Column('uuid', { name: 'applied_by', nullable: true }) appliedBy: string | null;
  @Column('timestamptz', { name: 'applied_at', nullable: true }) appliedAt: Date | null;
  @Column('timestamptz', { name: 'discarded_at', nullable: true }) discardedAt: Date | null;
  @Column('uuid', { name: 'next_call_id', nullable: true }) nextCallId: string | null;
  @Column('text', { name: 'next_words', nullable: true }) nextWords: string | null;
  @Column('timestamptz', { name: 'telling_at', nullable: true }) tellingAt: Date | null;
  @Column('timestamptz', { name: 'told_at', nullable: true }) toldAt: Date | null;
  @Column('timestamptz', { name: 'undone_at', nullable: true }) undoneAt: Date | null;
  @VersionColumn() version: number;
}
