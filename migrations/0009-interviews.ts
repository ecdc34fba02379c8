import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Interview times and who has taken them. */
export class Interviews1700000000009 implements MigrationInterface {
  name = 'Interviews1700000000009';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table slot (
        id uuid primary key,
        call_id uuid not null references call,
        occasion_id uuid not null unique references occasion,
        created_by uuid not null references person,
        created_at timestamptz not null,
        removed_at timestamptz
      )`);
    await db.query(`create index slot_call on slot (call_id)`);
    await db.query(`
      create table slot_panel (
        slot_id uuid not null references slot,
        person_id uuid not null references person,
        primary key (slot_id, person_id)
      )`);
    await db.query(`
      create table booking (
        id uuid primary key,
        slot_id uuid not null references slot,
        application_id uuid not null references application,
        state text not null,
        booked_at timestamptz not null,
        cancelled_at timestamptz,
        check ((state = 'cancelled') = (cancelled_at is not null))
      )`);
    await db.query(`create unique index booking_one_a_slot on booking (slot_id) where state = 'live'`);
    await db.query(`create unique index booking_one_an_application on booking (application_id) where state = 'live'`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('booking', '', 'live'), ('booking', 'live', 'cancelled')`);
    await db.query(`
      create trigger booking_state_step before insert or update of state on booking
      for each row execute function enforce_state_step('booking')`);
    // "None of these work for me" is an answer, and somebody must act on it.
    await db.query(`
      create table slot_request (
        id uuid primary key,
        application_id uuid not null references application,
        note text check (length(note) <= 2000),
        asked_at timestamptz not null,
        answered_at timestamptz
      )`);
    await db.query(`create unique index slot_request_one_open on slot_request (application_id) where answered_at is null`);
    await db.query(`create index slot_panel_person on slot_panel (person_id)`);
    await db.query(`create index booking_application on booking (application_id)`);
    // Adjustments came before calls.
    await db.query(`alter table participation add foreign key (call_id) references call`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table slot_request, booking, slot_panel, slot cascade`);
    await db.query(`delete from state_transition where machine = 'booking'`);
  }
}
