import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where somebody will take part: in a call's interviews, at one occasion, or on a call's panel for a day. */
@Entity('participation')
export class Participation {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'person_id' }) personId: string;
  @Column('uuid', { name: 'call_id', nullable: true }) callId: string | null;
  @Column('uuid', { name: 'occasion_id', nullable: true }) occasionId: string | null;
  @Column('date', { name: 'sitting_on', nullable: true }) sittingOn: string | null;
  @Column('date', { name: 'needed_by' }) neededBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
}
