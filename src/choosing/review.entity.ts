import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { ReviewState } from './review.rules.js';

/** One reviewer's scores of one application in one phase. */
@Entity('review')
export class Review {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'phase_id' }) phaseId: string;
  @Column('uuid', { name: 'application_id' }) applicationId: string;
  /** Who last saved it: job-share partners have one set of scores. */
  @Column('uuid', { name: 'reviewer_id' }) reviewerId: string;
  @Column('uuid', { name: 'duty_id' }) dutyId: string;
  @Column('text') state: ReviewState;
  @Column('text', { nullable: true }) note: string | null;
  @Column('timestamptz', { name: 'given_at', nullable: true }) givenAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
  @VersionColumn() version: number;
}
