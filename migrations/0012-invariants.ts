import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the hourly check of impossible states last found. */
export class Invariants1700000000012 implements MigrationInterface {
  name = 'Invariants1700000000012';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table invariant_check (
        name text primary key,
        checked_at timestamptz not null,
        broken integer not null check (broken >= 0),
        examples uuid[] not null default '{}'
      )`);
    await db.query(`grant delete on invariant_check to alongside_app`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table invariant_check`);
  }
}
