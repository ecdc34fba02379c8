import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { QuestionKind } from './question.rules.js';

/** One version of a question. The current one of its lineage has not been replaced. */
@Entity('question')
export class Question {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'call_id' }) callId: string;
  @Column('uuid', { name: 'lineage_id' }) lineageId: string;
  @Column('integer') version: number;
  @Column('integer') position: number;
  @Column('text') kind: QuestionKind;
  @Column('text') text: string;
  @Column('text', { nullable: true }) help: string | null;
  @Column('text', { array: true }) options: string[];
  /** Of a longer text. */
  @Column('integer', { name: 'word_limit', nullable: true }) wordLimit: number | null;
  @Column('boolean') required: boolean;
  /** After this day an answer that was given can't be changed. */
  @Column('date', { name: 'freeze_after', nullable: true }) freezeAfter: string | null;
  @Column('boolean', { name: 'visible_to_reviewers' }) visibleToReviewers: boolean;
  /** Counted, never per person, to see which experience a group would have. */
  @Column('boolean', { name: 'for_composition' }) forComposition: boolean;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'replaced_at', nullable: true }) replacedAt: Date | null;
}
