import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CancelCause } from './booking.rules.js';
import type { BookingState } from './interview.rules.js';

/** Who has taken a slot. It stays the same booking when it moves to another one. */
@Entity('booking')
export class Booking {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'slot_id' }) slotId: string;
  /** The slot's. */
  @Column('uuid', { name: 'round_id' }) roundId: string;
  @Column('uuid', { name: 'application_id' }) applicationId: string;
  @Column('text') state: BookingState;
  @Column('timestamptz', { name: 'booked_at' }) bookedAt: Date;
  /** The lead who placed it; null when its resident chose it. */
  @Column('uuid', { name: 'placed_by', nullable: true }) placedBy: string | null;
  /** The resident's yes: at once when they choose. */
  @Column('timestamptz', { name: 'agreed_at', nullable: true }) agreedAt: Date | null;
  /** The last day for it; then the time is free again. */
  @Column('date', { name: 'agree_by', nullable: true }) agreeBy: string | null;
  @Column('timestamptz', { name: 'reminded_at', nullable: true }) remindedAt: Date | null;
  /** Agreed, and nothing essential for it is unbooked. */
  @Column('timestamptz', { name: 'confirmed_at', nullable: true }) confirmedAt: Date | null;
  /** What a lead wrote into the message about this time. */
  @Column('text', { nullable: true }) note: string | null;
  /** How often it has moved. */
  @Column('integer') sequence: number;
  /** Minutes that its resident said on the day they come later. */
  @Column('integer', { name: 'late_minutes', nullable: true }) lateMinutes: number | null;
  @Column('timestamptz', { name: 'late_said_at', nullable: true }) lateSaidAt: Date | null;
  @Column('timestamptz', { name: 'cancelled_at', nullable: true }) cancelledAt: Date | null;
  @Column('uuid', { name: 'cancelled_by', nullable: true }) cancelledBy: string | null;
  @Column('text', { name: 'cancel_cause', nullable: true }) cancelCause: CancelCause | null;
  /** The council's, in words that the resident reads. */
  @Column('text', { name: 'cancel_reason', nullable: true }) cancelReason: string | null;
  /** Of the fee, paid because the council cancelled late. */
  @Column('integer', { name: 'late_percent', nullable: true }) latePercent: number | null;
}
