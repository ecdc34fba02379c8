import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something a person needs to take part, anywhere. */
@Entity('access_need')
export class AccessNeed {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'person_id' }) personId: string;
  @Column('text', { name: 'kind_code' }) kindCode: string;
  @Column('text', { name: 'own_words', nullable: true }) ownWords: string | null;
  /** Their own choice; null when they left it to the catalogue. */
  @Column('boolean', { nullable: true }) essential: boolean | null;
  @Column('integer', { name: 'extra_minutes', nullable: true }) extraMinutes: number | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'removed_at', nullable: true }) removedAt: Date | null;
}
