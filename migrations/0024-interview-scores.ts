import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Interviews in people's calendars. */
export class InterviewScores1700000000024 implements MigrationInterface {
  name = 'InterviewScores1700000000024';

  async up(db: QueryRunner): Promise<void> {
    await calendars(db);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table calendar_feed cascade`);
    await db.query(`drop trigger occasion_sequence on occasion`);
    await db.query(`drop function raise_occasion_sequence`);
    await db.query(`alter table occasion drop column sequence`);
    await db.query(`alter table demo_mailbox drop column calendar`);
  }
}

async function calendars(db: QueryRunner): Promise<void> {
  // A calendar takes an entry for newer only when this is higher, whoever changed the time or the place.
  await db.query(`alter table occasion add column sequence integer not null default 0`);
  await db.query(`
    create function raise_occasion_sequence() returns trigger language plpgsql as $$
    begin
      if (new.starts_at, new.ends_at, new.format, new.room_id, new.joining_details, new.cancelled_at)
        is distinct from (old.starts_at, old.ends_at, old.format, old.room_id, old.joining_details, old.cancelled_at)
      then
        new.sequence := old.sequence + 1;
      end if;
      return new;
    end $$`);
  await db.query(`
    create trigger occasion_sequence before update on occasion for each row execute function raise_occasion_sequence()`);

  // An address that nobody can guess; only its hash is kept. One at a time for a person.
  await db.query(`
    create table calendar_feed (
      id uuid primary key,
      person_id uuid not null references person,
      token_hash bytea not null unique,
      made_at timestamptz not null,
      revoked_at timestamptz
    )`);
  await db.query(`create unique index calendar_feed_one_live on calendar_feed (person_id) where revoked_at is null`);

  await db.query(`alter table demo_mailbox add column calendar text`);
}
