import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('question')
export class Question {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'call_id' }) callId: string;
  @Column('integer') position: number;
  @Column('text') text: string;
  @Column('text', { nullable: true }) help: string | null;
  @Column('integer', { name: 'word_limit' }) wordLimit: number;
  @Column('boolean') required: boolean;
}
