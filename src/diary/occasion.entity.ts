import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OccasionFormat, OccasionKind } from './diary.rules.js';

/** Anything people attend: when, where and how. Interviews and meetings have their own rules on top. */
@Entity('occasion')
export class Occasion {
  @PrimaryColumn('uuid') id: string;
  @Column('text') kind: OccasionKind;
  @Column('timestamptz', { name: 'starts_at' }) startsAt: Date;
  @Column('timestamptz', { name: 'ends_at' }) endsAt: Date;
  @Column('text') format: OccasionFormat;
  @Column('uuid', { name: 'room_id', nullable: true }) roomId: string | null;
  @Column('text', { name: 'joining_details', nullable: true }) joiningDetails: string | null;
  /** The call or the group it belongs to: what is held for that, it may take. */
  @Column('uuid', { name: 'holder_id', nullable: true }) holderId: string | null;
  @Column('timestamptz', { name: 'cancelled_at', nullable: true }) cancelledAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
