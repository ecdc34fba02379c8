import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { RateUnit } from '../shared/money.js';
import type { CallState } from './call.rules.js';

@Entity('call')
export class Call {
  @PrimaryColumn('uuid') id: string;
  @Column('text') slug: string;
  @Column('uuid', { name: 'group_id' }) groupId: string;
  @Column('text') state: CallState;
  @Column('text') title: string;
  @Column('text', { name: 'short_name' }) shortName: string;
  @Column('text', { name: 'reference_prefix' }) referencePrefix: string;
  @Column('text') summary: string;
  @Column('text', { name: 'what_you_would_do' }) whatYouWouldDo: string;
  @Column('text', { name: 'who_we_are_looking_for' }) whoWeAreLookingFor: string;
  @Column('text', { name: 'time_commitment' }) timeCommitment: string;
  @Column('integer', { name: 'rate_pence' }) ratePence: number;
  @Column('text', { name: 'rate_unit' }) rateUnit: RateUnit;
  @Column('text', { name: 'payment_notes', nullable: true }) paymentNotes: string | null;
  @Column('timestamptz', { name: 'opens_at' }) opensAt: Date;
  @Column('timestamptz', { name: 'closes_at' }) closesAt: Date;
  @Column('date', { name: 'interviews_from' }) interviewsFrom: string;
  @Column('date', { name: 'interviews_to' }) interviewsTo: string;
  @Column('date', { name: 'first_meeting_on' }) firstMeetingOn: string;
  @Column('timestamptz', { name: 'published_at', nullable: true }) publishedAt: Date | null;
  /** Whoever approved it: never one who wrote it. */
  @Column('uuid', { name: 'published_by', nullable: true }) publishedBy: string | null;
  /** Why no Disabled resident decided it, where none did. Public. */
  @Column('text', { name: 'no_co_decider_reason', nullable: true }) noCoDeciderReason: string | null;
  @Column('uuid', { name: 'ready_by', nullable: true }) readyBy: string | null;
  @Column('timestamptz', { name: 'ready_at', nullable: true }) readyAt: Date | null;
  @Column('uuid', { name: 'sent_back_by', nullable: true }) sentBackBy: string | null;
  @Column('timestamptz', { name: 'sent_back_at', nullable: true }) sentBackAt: Date | null;
  @Column('text', { name: 'sent_back_reason', nullable: true }) sentBackReason: string | null;
  @Column('date', { name: 'easy_read_on', nullable: true }) easyReadOn: string | null;
  @Column('date', { name: 'bsl_on', nullable: true }) bslOn: string | null;
  @Column('timestamptz', { name: 'closed_early_at', nullable: true }) closedEarlyAt: Date | null;
  @Column('timestamptz', { name: 'cancelled_at', nullable: true }) cancelledAt: Date | null;
  @Column('text', { name: 'cancellation_reason', nullable: true }) cancellationReason: string | null;
  @Column('uuid', { name: 'created_by', nullable: true }) createdBy: string | null;
  @Column('uuid', { name: 'edited_by', nullable: true }) editedBy: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @VersionColumn() version: number;
}
