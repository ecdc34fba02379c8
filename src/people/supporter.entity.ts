import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { HelpingChannel, SupporterScope } from './helping.rules.js';

/** Somebody a resident lets help them: with what, agreed how, and until when. */
@Entity('supporter')
export class Supporter {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'person_id' }) personId: string;
  @Column('uuid', { name: 'supporter_id' }) supporterId: string;
  /** What the resident calls them: it says nothing of who else knows that address. */
  @Column('text') name: string;
  @Column('text', { array: true }) scope: SupporterScope[];
  @Column('timestamptz', { name: 'consented_at' }) consentedAt: Date;
  @Column('text', { name: 'consent_channel' }) consentChannel: HelpingChannel;
  @Column('uuid', { name: 'consent_recorded_by' }) consentRecordedBy: string;
  @Column('date', { name: 'from_on' }) fromOn: string;
  @Column('date', { name: 'ends_on' }) endsOn: string;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
  @Column('uuid', { name: 'ended_by', nullable: true }) endedBy: string | null;
}
