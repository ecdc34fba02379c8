import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RunState } from './run.rules.js';

/** Claims paid together. Its file is only the finance role's to read, so it is no column here. */
@Entity('payment_run')
export class PaymentRun {
  @PrimaryColumn('uuid') id: string;
  @Column('text') reference: string;
  @Column('text') state: RunState;
  @Column('uuid', { name: 'built_by' }) builtBy: string;
  @Column('timestamptz', { name: 'built_at' }) builtAt: Date;
  @Column('uuid', { name: 'released_by', nullable: true }) releasedBy: string | null;
  @Column('timestamptz', { name: 'released_at', nullable: true }) releasedAt: Date | null;
  @Column('uuid', { name: 'exported_by', nullable: true }) exportedBy: string | null;
  @Column('timestamptz', { name: 'exported_at', nullable: true }) exportedAt: Date | null;
  @Column('timestamptz', { name: 'paid_at', nullable: true }) paidAt: Date | null;
}
