import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Half-days that work for people, and timetables that are proposed from them, reviewed and released. */
export class Timetables1700000000025 implements MigrationInterface {
  name = 'Timetables1700000000025';

  async up(db: QueryRunner): Promise<void> {
    await this.availability(db);
    await this.timetables(db);
    await this.plans(db);
    await this.promises(db);
  }

  private async availability(db: QueryRunner): Promise<void> {
    // Of an applicant, or of somebody on the panel. Who says nothing can come at any time.
    await db.query(`
      create table availability (
        id uuid primary key,
        round_id uuid not null references interview_round,
        application_id uuid references application,
        member_id uuid references person,
        on_day date not null,
        half text not null check (half in ('morning', 'afternoon')),
        answer text not null check (answer in ('works', 'prefer', 'no')),
        said_at timestamptz not null,
        constraint availability_of_one check ((application_id is null) <> (member_id is null)),
        unique nulls not distinct (round_id, application_id, member_id, on_day, half)
      )`);
    await db.query(`
      create table panel_limit (
        round_id uuid not null references interview_round,
        member_id uuid not null references person,
        most integer not null check (most between 1 and 60),
        primary key (round_id, member_id)
      )`);
    await db.query(`grant delete on availability, panel_limit to alongside_app`);
  }

  private async timetables(db: QueryRunner): Promise<void> {
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('timetable', '', 'solving'), ('timetable', 'solving', 'improving'), ('timetable', 'solving', 'proposed'), ('timetable', 'solving', 'short'),
        ('timetable', 'solving', 'failed'), ('timetable', 'solving', 'discarded'), ('timetable', 'improving', 'proposed'),
        ('timetable', 'improving', 'discarded'), ('timetable', 'short', 'discarded'), ('timetable', 'failed', 'solving'),
        ('timetable', 'failed', 'discarded'), ('timetable', 'proposed', 'reviewed'), ('timetable', 'proposed', 'discarded'),
        ('timetable', 'proposed', 'expired'), ('timetable', 'reviewed', 'proposed'), ('timetable', 'reviewed', 'released'),
        ('timetable', 'reviewed', 'discarded'), ('timetable', 'reviewed', 'expired')`);
    await db.query(`
      create table timetable (
        id uuid primary key,
        round_id uuid not null references interview_round,
        state text not null,
        proposed_by uuid not null references person,
        proposed_at timestamptz not null,
        expires_on date not null,
        attempts integer not null default 0,
        solving_until timestamptz,
        proven boolean not null default false,
        shortage jsonb,
        reviewed_by uuid references person,
        reviewed_at timestamptz,
        released_by uuid references person,
        released_at timestamptz,
        version integer not null default 1,
        constraint timetable_short_says_what check ((shortage is not null) = (state = 'short') or state = 'discarded'),
        constraint timetable_released_by_somebody check ((state = 'released') = (released_at is not null) and (released_at is null) = (released_by is null))
      )`);
    await db.query(`create unique index timetable_one_open on timetable (round_id) where state in ('solving', 'improving', 'proposed', 'reviewed')`);
    await db.query(`create index timetable_round on timetable (round_id, proposed_at)`);
    await db.query(`
      create trigger timetable_state_step before insert or update of state on timetable
      for each row execute function enforce_state_step('timetable')`);
    // For whom it is made: nobody leaves it but by another timetable.
    await db.query(`
      create table timetable_person (
        timetable_id uuid not null references timetable,
        application_id uuid not null references application,
        primary key (timetable_id, application_id)
      )`);
    await db.query(`revoke update on timetable_person from alongside_app`);
    await db.query(`
      create table timetable_panel (
        timetable_id uuid not null references timetable,
        member_id uuid not null references person,
        primary key (timetable_id, member_id)
      )`);
    await db.query(`revoke update on timetable_panel from alongside_app`);
  }

  private async plans(db: QueryRunner): Promise<void> {
    await db.query(`
      create table timetable_sitting (
        id uuid primary key,
        timetable_id uuid not null references timetable,
        on_day date not null,
        half text not null check (half in ('morning', 'afternoon')),
        room_id uuid references resource,
        place text not null,
        panel uuid[] not null,
        interpreters uuid[] not null,
        unique (id, timetable_id),
        unique (timetable_id, on_day, half, place)
      )`);
    await db.query(`
      create table timetable_placement (
        timetable_id uuid not null references timetable,
        application_id uuid not null references application,
        sitting_id uuid not null,
        starts_at timestamptz not null,
        minutes integer not null check (minutes between 1 and 480),
        format text not null check (format in ('in_person', 'phone', 'video', 'home_visit')),
        pinned boolean not null default false,
        primary key (timetable_id, application_id),
        foreign key (sitting_id, timetable_id) references timetable_sitting (id, timetable_id),
        foreign key (timetable_id, application_id) references timetable_person (timetable_id, application_id)
      )`);
    await db.query(`grant delete on timetable_sitting, timetable_placement to alongside_app`);
  }

  /** Nobody is left out of a released timetable, by whatever way it was released. */
  private async promises(db: QueryRunner): Promise<void> {
    await db.query(`
      create function timetable_places_everybody() returns trigger language plpgsql as $$
      begin
        if not exists (select from timetable_person p where p.timetable_id = new.id) or exists (
          select from timetable_person p where p.timetable_id = new.id and not exists (
            select from timetable_placement x join booking b on b.application_id = x.application_id and b.state = 'live' and b.round_id = new.round_id
            join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
            where x.timetable_id = new.id and x.application_id = p.application_id and o.starts_at = x.starts_at)
        ) then
          raise exception 'a timetable is released with everybody in it, or not at all'
            using errcode = 'check_violation', constraint = 'timetable_places_everybody';
        end if;
        return null;
      end $$`);
    await db.query(`
      create constraint trigger timetable_released after insert or update of state on timetable deferrable initially deferred
      for each row when (new.state = 'released') execute function timetable_places_everybody()`);
    await db.query(`
      create function timetable_stays_as_released() returns trigger language plpgsql as $$
      begin
        if exists (select from timetable t where t.state = 'released' and t.id = coalesce(new.timetable_id, old.timetable_id)) then
          raise exception 'a released timetable stays as it is' using errcode = 'check_violation', constraint = 'timetable_stays_as_released';
        end if;
        return coalesce(new, old);
      end $$`);
    for (const table of ['timetable_person', 'timetable_panel', 'timetable_sitting', 'timetable_placement']) {
      await db.query(`
        create trigger ${table}_stays before insert or update or delete on ${table}
        for each row execute function timetable_stays_as_released()`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table timetable_placement, timetable_sitting, timetable_panel, timetable_person, timetable, panel_limit, availability`);
    await db.query(`drop function timetable_places_everybody, timetable_stays_as_released`);
    await db.query(`delete from state_transition where machine = 'timetable'`);
  }
}
