import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Applications, their answers, and what was decided about them. */
export class Applications1700000000008 implements MigrationInterface {
  name = 'Applications1700000000008';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table application (
        id uuid primary key,
        reference text not null unique,
        call_id uuid not null references call,
        person_id uuid not null references person,
        state text not null,
        channel text not null,
        name text check (length(name) between 1 and 200),
        postcode text,
        birth_date date,
        access_answered_at timestamptz,
        contact_answered_at timestamptz,
        submitted_at timestamptz,
        needs_age_check boolean not null default false,
        age_checked_by uuid references person,
        age_checked_at timestamptz,
        withdrawn_at timestamptz,
        created_at timestamptz not null,
        version integer not null default 1,
        constraint application_complete_when_submitted check (
          submitted_at is null or (name is not null and postcode is not null
            and access_answered_at is not null and contact_answered_at is not null)),
        constraint application_submitted_before_choosing check (
          state in ('draft', 'withdrawn') or submitted_at is not null),
        constraint application_age_checked_by_a_person check (
          not needs_age_check or age_checked_by is not null or state in ('draft', 'submitted', 'withdrawn'))
      )`);
    // One live application a person and call; a withdrawn one doesn't stop a new one.
    await db.query(`
      create unique index application_one_live on application (call_id, person_id) where state <> 'withdrawn'`);
    await db.query(`create index application_person on application (person_id)`);
    await db.query(`create index application_list on application (call_id, state, submitted_at)`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state)
      select 'application', f, t from (values
        ('', 'draft'),
        ('draft', 'submitted'), ('draft', 'withdrawn'),
        ('submitted', 'shortlisted'), ('submitted', 'reserve'), ('submitted', 'not_selected'), ('submitted', 'withdrawn'),
        ('shortlisted', 'submitted'), ('reserve', 'submitted'), ('not_selected', 'submitted'),
        ('shortlisted', 'interviewing'), ('shortlisted', 'offered'), ('shortlisted', 'reserve'),
        ('shortlisted', 'not_selected'), ('shortlisted', 'withdrawn'),
        ('interviewing', 'shortlisted'), ('interviewing', 'offered'), ('interviewing', 'reserve'),
        ('interviewing', 'not_selected'), ('interviewing', 'withdrawn'),
        ('reserve', 'offered'), ('reserve', 'withdrawn'), ('reserve', 'shortlisted'), ('reserve', 'interviewing'),
        ('not_selected', 'shortlisted'), ('not_selected', 'interviewing'), ('not_selected', 'withdrawn'),
        ('offered', 'accepted'), ('offered', 'declined'), ('offered', 'lapsed'), ('offered', 'withdrawn'),
        ('offered', 'shortlisted'), ('offered', 'interviewing'), ('offered', 'reserve')
      ) as step (f, t)`);
    await db.query(`
      create trigger application_state_step before insert or update of state on application
      for each row execute function enforce_state_step('application')`);

    // The question is kept with the answer, in the words that were asked.
    await db.query(`
      create table answer (
        application_id uuid not null references application,
        question_id uuid not null,
        question_text text not null,
        text text not null check (length(text) <= 20000),
        updated_at timestamptz not null,
        primary key (application_id, question_id)
      )`);

    // Decided is not told: a person sees an outcome once the message about it has gone.
    await db.query(`
      create table decision (
        id uuid primary key,
        application_id uuid not null references application,
        outcome text not null check (outcome in ('shortlisted', 'reserve', 'not_selected', 'offered')),
        seat_kind text check (seat_kind in ('disabled_resident', 'resident', 'councillor', 'officer', 'organisation')),
        state text not null,
        state_before text not null,
        reason text not null check (length(reason) between 1 and 2000),
        decided_by uuid not null references person,
        co_decided_by uuid not null references person,
        decided_at timestamptz not null,
        telling_at timestamptz,
        told_at timestamptz,
        undone_at timestamptz,
        constraint decision_made_together check (co_decided_by <> decided_by),
        constraint decision_offer_names_a_seat check ((outcome = 'offered') = (seat_kind is not null)),
        constraint decision_undone_before_telling check (undone_at is null or telling_at is null),
        check ((state = 'told') = (told_at is not null)),
        check ((state = 'undone') = (undone_at is not null))
      )`);
    await db.query(`create unique index decision_one_untold on decision (application_id) where state = 'applied'`);
    await db.query(`create index decision_application on decision (application_id, decided_at)`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('decision', '', 'applied'), ('decision', 'applied', 'told'), ('decision', 'applied', 'undone')`);
    await db.query(`
      create trigger decision_state_step before insert or update of state on decision
      for each row execute function enforce_state_step('decision')`);
    await db.query(`alter table membership add foreign key (application_id) references application`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table decision, answer, application cascade`);
    await db.query(`delete from state_transition where machine in ('application', 'decision')`);
  }
}
