import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { OccasionFormat } from '../diary/diary.rules.js';
import type { Half } from './half-day.rules.js';
import type { Shortage } from './shortage.rules.js';
import type { TimetableState } from './timetable-state.rules.js';

/** A proposal of times for everybody in a round, from the search to the release. */
@Entity('timetable')
export class Timetable {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'round_id' }) roundId: string;
  @Column('text') state: TimetableState;
  @Column('uuid', { name: 'proposed_by' }) proposedBy: string;
  @Column('timestamptz', { name: 'proposed_at' }) proposedAt: Date;
  @Column('date', { name: 'expires_on' }) expiresOn: string;
  @Column('integer') attempts: number;
  /** The machine's time until which somebody is at it. */
  @Column('timestamptz', { name: 'solving_until', nullable: true }) solvingUntil: Date | null;
  @Column('boolean') proven: boolean;
  @Column('jsonb', { nullable: true }) shortage: Shortage | null;
  @Column('uuid', { name: 'reviewed_by', nullable: true }) reviewedBy: string | null;
  @Column('timestamptz', { name: 'reviewed_at', nullable: true }) reviewedAt: Date | null;
  @Column('uuid', { name: 'released_by', nullable: true }) releasedBy: string | null;
  @Column('timestamptz', { name: 'released_at', nullable: true }) releasedAt: Date | null;
  /** In the messages to everybody who is new or moves. */
  @Column('text', { nullable: true }) note: string | null;
  /** How people join by phone or video. */
  @Column('text', { name: 'joining_details', nullable: true }) joiningDetails: string | null;
  @VersionColumn() version: number;
}

/** One panel in one place for one half-day. Without a room, people are met by phone or video, or at home. */
@Entity('timetable_sitting')
export class TimetableSitting {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'timetable_id' }) timetableId: string;
  @Column('date', { name: 'on_day' }) onDay: string;
  @Column('text') half: Half;
  @Column('uuid', { name: 'room_id', nullable: true }) roomId: string | null;
  @Column('text') place: string;
  @Column('uuid', { array: true }) panel: string[];
  @Column('uuid', { array: true }) interpreters: string[];
}

@Entity('timetable_placement')
export class TimetablePlacement {
  @PrimaryColumn('uuid', { name: 'timetable_id' }) timetableId: string;
  @PrimaryColumn('uuid', { name: 'application_id' }) applicationId: string;
  @Column('uuid', { name: 'sitting_id' }) sittingId: string;
  @Column('timestamptz', { name: 'starts_at' }) startsAt: Date;
  @Column('integer') minutes: number;
  @Column('text') format: OccasionFormat;
  /** Put there by hand: it stays when the rest is looked for again. */
  @Column('boolean') pinned: boolean;
  /** In the message to this person alone. */
  @Column('text', { nullable: true }) note: string | null;
}
