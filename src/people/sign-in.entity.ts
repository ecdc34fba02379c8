import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReachableKind } from './people.rules.js';

/** One request to sign in, or to add an address to a person who is signed in. */
@Entity('sign_in')
export class SignIn {
  @PrimaryColumn('uuid') id: string;
  @Column('text') kind: ReachableKind;
  @Column('text') value: string;
  @Column('bytea', { name: 'browser_hash' }) browserHash: Buffer;
  @Column('uuid', { name: 'adds_to', nullable: true }) addsTo: string | null;
  @Column('text', { name: 'next_path', nullable: true }) nextPath: string | null;
  @Column('integer') tries: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt: Date;
  @Column('timestamptz', { name: 'used_at', nullable: true }) usedAt: Date | null;
}
