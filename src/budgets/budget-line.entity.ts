import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Money for a purpose in one financial year, with whoever funds it. */
@Entity('budget_line')
export class BudgetLine {
  @PrimaryColumn('uuid') id: string;
  @Column('text') name: string;
  @Column('text', { name: 'financial_year' }) financialYear: string;
  @Column('text') funder: string;
  @Column('text', { name: 'cost_code' }) costCode: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
