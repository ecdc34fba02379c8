import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Groups, their seats by kind, who sits in them, and their meetings. */
export class Groups1700000000006 implements MigrationInterface {
  name = 'Groups1700000000006';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table involvement_group (
        id uuid primary key,
        slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
        name text not null,
        short_name text not null check (length(short_name) <= 18),
        purpose text not null,
        meets text not null,
        budget_line_id uuid references budget_line,
        created_at timestamptz not null
      )`);
    // A seat is a row, so a kind can't be overfilled.
    await db.query(`
      create table seat (
        id uuid primary key,
        group_id uuid not null references involvement_group,
        kind text not null check (kind in ('disabled_resident', 'resident', 'councillor', 'officer', 'organisation')),
        number integer not null check (number > 0),
        unique (group_id, kind, number),
        unique (id, group_id)
      )`);
    await db.query(`
      create table membership (
        id uuid primary key,
        group_id uuid not null references involvement_group,
        seat_id uuid not null,
        person_id uuid not null references person,
        application_id uuid,
        position text,
        rate_pence integer check (rate_pence >= 0),
        rate_unit text check (rate_unit in ('hour', 'session')),
        from_on date not null,
        to_on date,
        foreign key (seat_id, group_id) references seat (id, group_id),
        check ((rate_pence is null) = (rate_unit is null)),
        check (to_on is null or to_on >= from_on)
      )`);
    await db.query(`create unique index membership_one_a_seat on membership (seat_id) where to_on is null`);
    await db.query(`create unique index membership_one_a_person on membership (group_id, person_id) where to_on is null`);
    await db.query(`
      create table meeting (
        occasion_id uuid primary key references occasion,
        group_id uuid not null references involvement_group,
        about text not null
      )`);
    await db.query(`create index meeting_group on meeting (group_id)`);
    await db.query(`grant select on involvement_group, seat, meeting to alongside_reader`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table meeting, membership, seat, involvement_group cascade`);
  }
}
