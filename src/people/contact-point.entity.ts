import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ContactKind } from './people.rules.js';

@Entity('contact_point')
export class ContactPoint {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'person_id' }) personId: string;
  @Column('text') kind: ContactKind;
  @Column('text') value: string;
  @Column('boolean') shared: boolean;
  @Column('boolean') preferred: boolean;
  @Column('timestamptz', { name: 'verified_at', nullable: true }) verifiedAt: Date | null;
  @Column('timestamptz', { name: 'removed_at', nullable: true }) removedAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
