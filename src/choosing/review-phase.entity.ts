import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { PhaseState, SeeOthers } from './review.rules.js';

/** A time in which named people read and score a call's applications. */
@Entity('review_phase')
export class ReviewPhase {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'call_id' }) callId: string;
  @Column('integer') position: number;
  @Column('text') name: string;
  @Column('date', { name: 'starts_on' }) startsOn: string;
  @Column('date', { name: 'ends_on' }) endsOn: string;
  /** Reviewers read redacted answers and no names. */
  @Column('boolean') blind: boolean;
  @Column('text', { name: 'see_others' }) seeOthers: SeeOthers;
  /** How many reviews each application should have. */
  @Column('integer', { name: 'reviews_each' }) reviewsEach: number;
  @Column('text') state: PhaseState;
  @Column('timestamptz', { name: 'opened_at', nullable: true }) openedAt: Date | null;
  @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt: Date | null;
  @Column('uuid', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @VersionColumn() version: number;
}
