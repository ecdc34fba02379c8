import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BookingState } from './interview.rules.js';

/** Who has taken a slot. */
@Entity('booking')
export class Booking {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'slot_id' }) slotId: string;
  @Column('uuid', { name: 'application_id' }) applicationId: string;
  @Column('text') state: BookingState;
  @Column('timestamptz', { name: 'booked_at' }) bookedAt: Date;
  @Column('timestamptz', { name: 'cancelled_at', nullable: true }) cancelledAt: Date | null;
}
