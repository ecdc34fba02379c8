import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SeatKind } from '../shared/seats.js';

@Entity('seat')
export class Seat {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'group_id' }) groupId: string;
  @Column('text') kind: SeatKind;
  @Column('integer') number: number;
}
