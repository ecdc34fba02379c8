import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, how to reach them, what they may do, and how they sign in. */
export class People1700000000002 implements MigrationInterface {
  name = 'People1700000000002';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table person (
        id uuid primary key,
        name text check (length(name) between 1 and 200),
        birth_date date,
        postcode text,
        merged_into uuid references person,
        created_at timestamptz not null
      )`);

    // A verified address belongs to one person, unless it is marked as shared (a family's mailbox).
    await db.query(`
      create table contact_point (
        id uuid primary key,
        person_id uuid not null references person,
        kind text not null check (kind in ('email', 'phone', 'post')),
        value text not null check (length(value) between 3 and 500),
        shared boolean not null default false,
        preferred boolean not null default false,
        verified_at timestamptz,
        removed_at timestamptz,
        created_at timestamptz not null
      )`);
    await db.query(`
      create unique index contact_point_one_owner on contact_point (kind, value)
      where verified_at is not null and not shared and removed_at is null`);
    await db.query(`
      create unique index contact_point_one_preferred on contact_point (person_id)
      where preferred and removed_at is null`);
    await db.query(`create index contact_point_person on contact_point (person_id)`);

    await db.query(`create table job_share (id uuid primary key, name text not null)`);
    await db.query(`
      create table role_assignment (
        id uuid primary key,
        person_id uuid not null references person,
        role text not null,
        scope_type text not null default 'council' check (scope_type in ('council', 'group', 'call')),
        scope_id uuid,
        job_share_id uuid references job_share,
        from_on date not null,
        to_on date,
        check ((scope_type = 'council') = (scope_id is null)),
        check (to_on is null or to_on >= from_on)
      )`);
    await db.query(`create index role_assignment_person on role_assignment (person_id)`);

    // Who somebody is when duties must be separate: the survivor of a merge; job-share partners are one.
    await db.query(`
      create function duty_identity(someone uuid) returns uuid language sql stable as $$
        select coalesce(
          (select r.job_share_id from role_assignment r
           where r.person_id = coalesce(p.merged_into, p.id) and r.job_share_id is not null
           order by r.from_on desc limit 1),
          p.merged_into, p.id)
        from person p where p.id = someone
      $$`);

    // The code and the link are made from the id and a secret of the service, so neither is stored.
    // With adds_to, the address is added to somebody who is signed in already.
    await db.query(`
      create table sign_in (
        id uuid primary key,
        kind text not null check (kind in ('email', 'phone')),
        value text not null,
        browser_hash bytea not null,
        adds_to uuid references person,
        next_path text,
        tries integer not null default 0 check (tries between 0 and 5),
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz
      )`);

    await db.query(`
      create table session (
        id uuid primary key,
        token_hash bytea not null unique,
        person_id uuid not null references person,
        created_at timestamptz not null,
        last_seen_at timestamptz not null,
        expires_at timestamptz not null
      )`);
    await db.query(`create index session_person on session (person_id)`);
    await db.query(`grant delete on session, sign_in to alongside_app`);

    await db.query(`
      create table api_token (
        id uuid primary key,
        token_hash bytea not null unique,
        person_id uuid not null references person,
        name text not null,
        created_at timestamptz not null,
        revoked_at timestamptz
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table api_token, session, sign_in, role_assignment, job_share, contact_point, person cascade`);
    await db.query(`drop function if exists duty_identity`);
  }
}
