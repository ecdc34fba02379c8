import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('involvement_group')
export class Group {
  @PrimaryColumn('uuid') id: string;
  /** Permanent, in addresses. */
  @Column('text') slug: string;
  @Column('text') name: string;
  /** Neutral, for messages, bank references and calendars. */
  @Column('text', { name: 'short_name' }) shortName: string;
  @Column('text') purpose: string;
  @Column('text') meets: string;
  @Column('uuid', { name: 'budget_line_id', nullable: true }) budgetLineId: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
