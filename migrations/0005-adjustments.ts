import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people need to take part, and each arrangement from asked to delivered. */
export class Adjustments1700000000005 implements MigrationInterface {
  name = 'Adjustments1700000000005';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table adjustment_kind (
        code text primary key,
        name text not null,
        category text not null,
        lead_days integer not null check (lead_days between 0 and 120),
        standing boolean not null default false,
        position integer not null
      )`);
    await db.query(`
      create table access_need (
        id uuid primary key,
        person_id uuid not null references person,
        kind_code text not null references adjustment_kind,
        own_words text check (length(own_words) <= 2000),
        created_at timestamptz not null,
        removed_at timestamptz
      )`);
    await db.query(`create unique index access_need_once on access_need (person_id, kind_code) where removed_at is null`);

    // Where somebody will take part: in a call's interviews (before a time is known), or at one occasion.
    // What they need is arranged for each, also when they tell us later.
    await db.query(`
      create table participation (
        id uuid primary key,
        person_id uuid not null references person,
        call_id uuid,
        occasion_id uuid references occasion,
        needed_by date not null,
        created_at timestamptz not null,
        ended_at timestamptz,
        check (call_id is not null or occasion_id is not null)
      )`);
    await db.query(`
      create unique index participation_once_a_call on participation (person_id, call_id)
      where call_id is not null and ended_at is null`);
    await db.query(`
      create unique index participation_once_an_occasion on participation (person_id, occasion_id)
      where call_id is null and ended_at is null`);

    // One thing for one person: for a call's interviews, or for one occasion.
    await db.query(`
      create table arrangement (
        id uuid primary key,
        person_id uuid not null references person,
        need_id uuid not null references access_need,
        kind_code text not null references adjustment_kind,
        call_id uuid,
        occasion_id uuid references occasion,
        needed_by date not null,
        due_on date not null,
        state text not null,
        -- Somebody has to cancel what was booked for that day, or move it.
        still_booked_for date,
        owner_id uuid references person,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        version integer not null default 1,
        check (call_id is not null or occasion_id is not null),
        check (due_on <= needed_by),
        check (still_booked_for is null or state in ('arranging', 'withdrawn'))
      )`);
    // One open arrangement each; what is over stays as it was.
    await db.query(`
      create unique index arrangement_once_a_call on arrangement (need_id, call_id)
      where call_id is not null and state not in ('delivered', 'partly', 'not_delivered', 'withdrawn')`);
    await db.query(`
      create unique index arrangement_once_an_occasion on arrangement (need_id, occasion_id)
      where call_id is null and state not in ('delivered', 'partly', 'not_delivered', 'withdrawn')`);
    await db.query(`create index arrangement_person on arrangement (person_id)`);
    await db.query(`
      create index arrangement_open on arrangement (owner_id, due_on)
      where state not in ('delivered', 'partly', 'not_delivered', 'withdrawn')`);
    await db.query(`create index arrangement_to_cancel on arrangement (still_booked_for) where state = 'withdrawn' and still_booked_for is not null`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state)
      select 'arrangement', f, t from (values
        ('', 'asked'),
        ('asked', 'acknowledged'), ('asked', 'not_delivered'), ('asked', 'withdrawn'),
        ('acknowledged', 'arranging'), ('acknowledged', 'booked'), ('acknowledged', 'not_delivered'), ('acknowledged', 'withdrawn'),
        ('arranging', 'booked'), ('arranging', 'not_delivered'), ('arranging', 'withdrawn'),
        ('booked', 'told'), ('booked', 'arranging'), ('booked', 'not_delivered'), ('booked', 'withdrawn'),
        ('told', 'delivered'), ('told', 'partly'), ('told', 'not_delivered'), ('told', 'arranging'), ('told', 'withdrawn')
      ) as step (f, t)`);
    await db.query(`
      create trigger arrangement_state_step before insert or update of state on arrangement
      for each row execute function enforce_state_step('arrangement')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table arrangement, participation, access_need, adjustment_kind cascade`);
    await db.query(`delete from state_transition where machine = 'arrangement'`);
  }
}
