import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CriterionKind } from './criterion.rules.js';


/** What applications are scored by. Published with the call, and then it stays. */
@Entity('criterion')
export class Criterion {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'call_id' }) callId: string;
  @Column('integer') position: number;
  @Column('text') kind: CriterionKind;
  @Column('text') label: string;
  @Column('text', { nullable: true }) description: string | null;
  /** 1 to 5. */
  @Column('integer') weight: number;
  /** What the scores 0 to 4 mean. */
  @Column('text', { name: 'score_labels', array: true }) scoreLabels: string[];
}
