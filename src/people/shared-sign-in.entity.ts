import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReachableKind } from './people.rules.js';

/** Somebody who reads a shared address, on the way to showing who they are. Opens nothing by itself. */
@Entity('shared_sign_in')
export class SharedSignIn {
  @PrimaryColumn('uuid') id: string;
  @Column('bytea', { name: 'token_hash' }) tokenHash: Buffer;
  @Column('text') kind: ReachableKind;
  @Column('text') value: string;
  /** Whom they say they are. */
  @Column('uuid', { name: 'person_id', nullable: true }) personId: string | null;
  @Column('text', { name: 'next_path', nullable: true }) nextPath: string | null;
  @Column('integer') tries: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt: Date;
  @Column('timestamptz', { name: 'used_at', nullable: true }) usedAt: Date | null;
}
