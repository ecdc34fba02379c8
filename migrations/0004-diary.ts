import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Occasions people attend, and what can't be in two places at once. */
export class Diary1700000000004 implements MigrationInterface {
  name = 'Diary1700000000004';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table resource (
        id uuid primary key,
        kind text not null check (kind in ('room', 'person', 'interpreter', 'loop')),
        name text,
        details text,
        person_id uuid unique references person,
        check ((kind = 'person') = (person_id is not null)),
        check (kind = 'person' or name is not null)
      )`);
    await db.query(`
      create table occasion (
        id uuid primary key,
        kind text not null check (kind in ('interview', 'meeting', 'training')),
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        format text not null check (format in ('in_person', 'phone', 'video')),
        room_id uuid references resource,
        joining_details text,
        cancelled_at timestamptz,
        created_at timestamptz not null,
        check (ends_at > starts_at)
      )`);
    await db.query(`alter table commitment add foreign key (occasion_id) references occasion`);

    // The one constraint that keeps every room, person and interpreter in one place at a time.
    // Group meetings reserve people softly: an overlap there is flagged, not refused.
    await db.query(`
      create table reservation (
        id uuid primary key,
        occasion_id uuid not null references occasion,
        resource_id uuid not null references resource,
        during tstzrange not null check (not isempty(during)),
        firm boolean not null default true,
        released_at timestamptz,
        constraint reservation_no_overlap exclude using gist (resource_id with =, during with &&)
          where (firm and released_at is null)
      )`);
    await db.query(`create index reservation_occasion on reservation (occasion_id)`);

    await db.query(`
      create table attendance (
        occasion_id uuid not null references occasion,
        person_id uuid not null references person,
        state text not null,
        minutes integer check (minutes between 1 and 1440),
        recorded_by uuid references person,
        recorded_at timestamptz,
        primary key (occasion_id, person_id),
        check ((state = 'attended') = (minutes is not null)),
        check ((state = 'expected') = (recorded_by is null))
      )`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('attendance', '', 'expected'), ('attendance', 'expected', 'attended'), ('attendance', 'expected', 'absent')`);
    await db.query(`
      create trigger attendance_state_step before insert or update of state on attendance
      for each row execute function enforce_state_step('attendance')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table attendance, reservation, occasion, resource cascade`);
    await db.query(`delete from state_transition where machine = 'attendance'`);
  }
}
