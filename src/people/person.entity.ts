import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person, not an account: somebody may have no email, or share one. */
@Entity('person')
export class Person {
  @PrimaryColumn('uuid') id: string;
  @Column('text', { nullable: true }) name: string | null;
  @Column('date', { name: 'birth_date', nullable: true }) birthDate: string | null;
  @Column('text', { nullable: true }) postcode: string | null;
  @Column('uuid', { name: 'merged_into', nullable: true }) mergedInto: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
