import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { OccasionFormat } from '../diary/diary.rules.js';

/** Interviews of one kind for one call: when, how, how long, and who sits on the panel. Minutes. */
@Entity('interview_round')
export class InterviewRound {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'call_id' }) callId: string;
  @Column('integer') number: number;
  @Column('text') name: string;
  @Column('date', { name: 'from_on' }) fromOn: string;
  @Column('date', { name: 'to_on' }) toOn: string;
  @Column('text', { array: true }) formats: OccasionFormat[];
  @Column('integer', { name: 'base_minutes' }) baseMinutes: number;
  @Column('integer', { name: 'break_minutes' }) breakMinutes: number;
  @Column('integer', { name: 'panel_least' }) panelLeast: number;
  @Column('integer', { name: 'panel_most' }) panelMost: number;
  /** Null for the first of a call, which is made when the call is published. */
  @Column('uuid', { name: 'created_by', nullable: true }) createdBy: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @VersionColumn() version: number;
}
