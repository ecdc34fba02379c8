import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RateUnit } from '../shared/money.js';

/** Somebody in a seat. The rate is as it was offered; without one the seat is not paid. */
@Entity('membership')
export class Membership {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'group_id' }) groupId: string;
  @Column('uuid', { name: 'seat_id' }) seatId: string;
  @Column('uuid', { name: 'person_id' }) personId: string;
  @Column('uuid', { name: 'application_id', nullable: true }) applicationId: string | null;
  @Column('text', { nullable: true }) position: string | null;
  @Column('integer', { name: 'rate_pence', nullable: true }) ratePence: number | null;
  @Column('text', { name: 'rate_unit', nullable: true }) rateUnit: RateUnit | null;
  @Column('date', { name: 'from_on' }) fromOn: string;
  @Column('date', { name: 'to_on', nullable: true }) toOn: string | null;
}
