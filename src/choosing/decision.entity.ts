import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SeatKind } from '../shared/seats.js';
import type { ApplicationState } from '../applications/application.rules.js';
import type { DecisionOutcome, DecisionState } from './decision.rules.js';

/** Made by a lead and a Disabled resident together; told later, or undone before. */
@Entity('decision')
export class Decision {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'application_id' }) applicationId: string;
  @Column('text') outcome: DecisionOutcome;
  @Column('text', { name: 'seat_kind', nullable: true }) seatKind: SeatKind | null;
  @Column('text') state: DecisionState;
  @Column('text', { name: 'state_before' }) stateBefore: ApplicationState;
  @Column('text') reason: string;
  @Column('uuid', { name: 'decided_by' }) decidedBy: string;
  @Column('uuid', { name: 'co_decided_by' }) coDecidedBy: string;
  @Column('timestamptz', { name: 'decided_at' }) decidedAt: Date;
  @Column('timestamptz', { name: 'telling_at', nullable: true }) tellingAt: Date | null;
  @Column('timestamptz', { name: 'told_at', nullable: true }) toldAt: Date | null;
  @Column('timestamptz', { name: 'undone_at', nullable: true }) undoneAt: Date | null;
}
