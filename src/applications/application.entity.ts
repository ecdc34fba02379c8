import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { SeatKind } from '../shared/seats.js';
import type { Channel } from '../platform/actor.js';
import type { ApplicationState } from './application.rules.js';
import type { Eligibility } from './eligibility.rules.js';

@Entity('application')
export class Application {
  @PrimaryColumn('uuid') id: string;
  @Column('text') reference: string;
  @Column('uuid', { name: 'call_id' }) callId: string;
  @Column('uuid', { name: 'person_id' }) personId: string;
  @Column('text') state: ApplicationState;
  @Column('text') channel: Channel;
  @Column('text', { nullable: true }) name: string | null;
  @Column('text', { nullable: true }) postcode: string | null;
  @Column('date', { name: 'birth_date', nullable: true }) birthDate: string | null;
  /** What they apply for, where the call has several kinds of seats. */
  @Column('text', { name: 'seat_kinds', array: true, default: '{}' }) seatKinds: SeatKind[];
  /** How they belong to the borough; empty while not answered. */
  @Column('text', { array: true }) eligibility: Eligibility[];
  /** Never a reason to refuse somebody. */
  @Column('boolean', { name: 'interest_declared', nullable: true }) interestDeclared: boolean | null;
  @Column('text', { name: 'interest_words', nullable: true }) interestWords: string | null;
  @Column('timestamptz', { name: 'access_answered_at', nullable: true }) accessAnsweredAt: Date | null;
  @Column('timestamptz', { name: 'contact_answered_at', nullable: true }) contactAnsweredAt: Date | null;
  @Column('timestamptz', { name: 'submitted_at', nullable: true }) submittedAt: Date | null;
  @Column('boolean', { name: 'needs_age_check' }) needsAgeCheck: boolean;
  @Column('uuid', { name: 'age_checked_by', nullable: true }) ageCheckedBy: string | null;
  @Column('timestamptz', { name: 'age_checked_at', nullable: true }) ageCheckedAt: Date | null;
  /** Staff who entered it read it back to the applicant. */
  @Column('timestamptz', { name: 'read_back_at', nullable: true }) readBackAt: Date | null;
  @Column('uuid', { name: 'read_back_by', nullable: true }) readBackBy: string | null;
  /** The day its letter came. */
  @Column('date', { name: 'received_on', nullable: true }) receivedOn: string | null;
  /** The one that stays, where its person was written down twice and both records had applied. */
  @Column('uuid', { name: 'superseded_by', nullable: true }) supersededBy: string | null;
  @Column('timestamptz', { name: 'withdrawn_at', nullable: true }) withdrawnAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @VersionColumn() version: number;
}
