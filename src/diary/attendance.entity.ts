import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AttendanceState } from './diary.rules.js';

@Entity('attendance')
export class Attendance {
  @PrimaryColumn('uuid', { name: 'occasion_id' }) occasionId: string;
  @PrimaryColumn('uuid', { name: 'person_id' }) personId: string;
  @Column('text') state: AttendanceState;
  @Column('integer', { nullable: true }) minutes: number | null;
  @Column('uuid', { name: 'recorded_by', nullable: true }) recordedBy: string | null;
  @Column('timestamptz', { name: 'recorded_at', nullable: true }) recordedAt: Date | null;
}
