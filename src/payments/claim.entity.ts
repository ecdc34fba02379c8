import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RateUnit } from '../shared/money.js';
import type { ClaimBasis, ClaimState } from './claim.rules.js';

/** One person's fee for one occasion. All but the state and who moved it is frozen. */
@Entity('claim')
export class Claim {
  @PrimaryColumn('uuid') id: string;
  @Column('text') reference: string;
  @Column('uuid', { name: 'person_id' }) personId: string;
  @Column('uuid', { name: 'occasion_id' }) occasionId: string;
  @Column('uuid', { name: 'group_id' }) groupId: string;
  @Column('text') state: ClaimState;
  @Column('date', { name: 'activity_on' }) activityOn: string;
  @Column('integer') minutes: number;
  @Column('integer', { name: 'rate_pence' }) ratePence: number;
  @Column('text', { name: 'rate_unit' }) rateUnit: RateUnit;
  @Column('bigint', { name: 'fee_pence', transformer: { to: (pence: number) => pence, from: Number } }) feePence: number;
  @Column('text') basis: ClaimBasis;
  @Column('uuid', { name: 'recorded_by' }) recordedBy: string;
  @Column('timestamptz', { name: 'answered_at', nullable: true }) answeredAt: Date | null;
  @Column('uuid', { name: 'approved_by', nullable: true }) approvedBy: string | null;
  @Column('timestamptz', { name: 'approved_at', nullable: true }) approvedAt: Date | null;
  @Column('timestamptz', { name: 'paid_at', nullable: true }) paidAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
