import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reading and scoring applications: phases, who scores, conflicts, scores, redacted answers, agreed views. */
export class Reviews1700000000019 implements MigrationInterface {
  name = 'Reviews1700000000019';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table review_phase (
        id uuid primary key,
        call_id uuid not null references call,
        position integer not null check (position between 1 and 20),
        name text not null check (length(name) between 1 and 100),
        starts_on date not null,
        ends_on date not null,
        blind boolean not null,
        see_others text not null check (see_others in ('after_own', 'after_close', 'never')),
        reviews_each integer not null check (reviews_each between 1 and 20),
        state text not null,
        opened_at timestamptz,
        closed_at timestamptz,
        created_by uuid not null references person,
        created_at timestamptz not null,
        version integer not null default 1,
        unique (call_id, position),
        constraint review_phase_dates_in_order check (ends_on >= starts_on),
        check ((state = 'planned') = (opened_at is null)),
        check ((state = 'closed') = (closed_at is not null))
      )`);
    await db.query(`create unique index review_phase_one_open on review_phase (call_id) where state = 'open'`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('review_phase', '', 'planned'), ('review_phase', 'planned', 'open'), ('review_phase', 'open', 'closed')`);
    await db.query(`
      create trigger review_phase_state_step before insert or update of state on review_phase
      for each row execute function enforce_state_step('review_phase')`);

    // Job-share partners have one duty, one queue and one set of scores.
    await db.query(`
      create table reviewer (
        phase_id uuid not null references review_phase,
        person_id uuid not null references person,
        duty_id uuid not null,
        kind text not null check (kind in ('resident', 'officer', 'councillor', 'lead')),
        decides boolean not null default false,
        added_by uuid not null references person,
        added_at timestamptz not null,
        removed_at timestamptz,
        primary key (phase_id, person_id)
      )`);
    await db.query(`create index reviewer_person on reviewer (person_id)`);

    // A key for addresses and a number to talk about it, both made at random for each phase: neither tells who or when.
    await db.query(`
      create table phase_application (
        id uuid primary key default gen_random_uuid(),
        phase_id uuid not null references review_phase,
        application_id uuid not null references application,
        number integer not null check (number between 1000 and 9999),
        applicant_duty_id uuid not null,
        unique (phase_id, application_id),
        unique (phase_id, number)
      )`);
    await db.query(`create index phase_application_application on phase_application (application_id)`);

    await db.query(`
      create table conflict_declaration (
        id uuid primary key,
        phase_id uuid not null,
        application_id uuid not null,
        reviewer_id uuid not null,
        has_conflict boolean not null,
        words text check (length(words) <= 1000),
        declared_at timestamptz not null,
        foreign key (phase_id, application_id) references phase_application (phase_id, application_id),
        foreign key (phase_id, reviewer_id) references reviewer (phase_id, person_id)
      )`);
    await db.query(`create index conflict_declaration_reviewer on conflict_declaration (reviewer_id, application_id)`);
    await db.query(`create index conflict_declaration_phase on conflict_declaration (phase_id, application_id) where has_conflict`);

    await db.query(`
      create table review (
        id uuid primary key,
        phase_id uuid not null,
        application_id uuid not null,
        reviewer_id uuid not null,
        duty_id uuid not null,
        state text not null,
        note text check (length(note) <= 4000),
        given_at timestamptz,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        version integer not null default 1,
        unique (phase_id, application_id, duty_id),
        foreign key (phase_id, application_id) references phase_application (phase_id, application_id),
        foreign key (phase_id, reviewer_id) references reviewer (phase_id, person_id),
        check (state <> 'given' or given_at is not null)
      )`);
    await db.query(`create index review_given on review (phase_id, application_id) where state = 'given'`);
    await db.query(`create index review_own on review (phase_id, duty_id, application_id)`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('review', '', 'draft'), ('review', 'draft', 'given'), ('review', 'draft', 'void'), ('review', 'given', 'void')`);
    await db.query(`
      create trigger review_state_step before insert or update of state on review
      for each row execute function enforce_state_step('review')`);
    await db.query(`
      create table review_score (
        review_id uuid not null references review,
        criterion_id uuid not null references criterion,
        score integer check (score between 0 and 4),
        note text check (length(note) <= 2000),
        primary key (review_id, criterion_id)
      )`);

    // What must hold of a review, whoever writes it. The name puts it after the state's own trigger.
    await db.query(`
      create function review_holds() returns trigger language plpgsql as $$
      declare phase review_phase;
      begin
        select * into phase from review_phase where id = new.phase_id;
        if phase.state <> 'open' then
          raise exception 'review phase % is %', phase.id, phase.state using errcode = 'check_violation', constraint = 'review_in_open_phase';
        end if;
        if new.state <> 'void' and exists (
          select from phase_application a
          where a.phase_id = new.phase_id and a.application_id = new.application_id and a.applicant_duty_id = new.duty_id
        ) then
          raise exception 'nobody scores their own application' using errcode = 'check_violation', constraint = 'review_not_ones_own';
        end if;
        if new.state <> 'void' and exists (
          select from conflict_declaration d
          where d.application_id = new.application_id and d.reviewer_id = new.reviewer_id and d.has_conflict
        ) then
          raise exception 'a conflict is declared' using errcode = 'check_violation', constraint = 'review_without_conflict';
        end if;
        if new.state = 'given' and exists (
          select from criterion c left join review_score s on s.criterion_id = c.id and s.review_id = new.id
          where c.call_id = phase.call_id and s.score is null
        ) then
          raise exception 'not every criterion is scored' using errcode = 'check_violation', constraint = 'review_whole_when_given';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger review_when_written before insert or update on review
      for each row execute function review_holds()`);
    await db.query(`
      create function review_score_holds() returns trigger language plpgsql as $$
      begin
        if not exists (
          select from review r join review_phase p on p.id = r.phase_id
          join criterion c on c.id = new.criterion_id and c.call_id = p.call_id
          where r.id = new.review_id and r.state <> 'void' and p.state = 'open' and (r.state = 'draft' or new.score is not null)
        ) then
          raise exception 'this review can''t be scored so' using errcode = 'check_violation', constraint = 'review_score_holds';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger review_score_when_written before insert or update on review_score
      for each row execute function review_score_holds()`);

    // Who was given which application a moment ago, so that two reviewers get different ones.
    await db.query(`
      create table review_claim (
        phase_id uuid not null references review_phase,
        duty_id uuid not null,
        application_id uuid not null references application,
        until timestamptz not null,
        primary key (phase_id, duty_id)
      )`);

    // Of an answer, by its question; or of what a recording says, by the recording.
    await db.query(`
      create table redaction (
        application_id uuid not null references application,
        question_id uuid not null,
        text text not null check (length(text) <= 20000),
        redacted_by uuid not null references person,
        redacted_at timestamptz not null,
        primary key (application_id, question_id)
      )`);

    // The scores stay as they were given; this says what the panel made of them, and why.
    await db.query(`
      create table moderation (
        id uuid primary key,
        phase_id uuid not null,
        application_id uuid not null,
        agreed_percent integer check (agreed_percent between 0 and 100),
        words text not null check (length(words) between 1 and 2000),
        reason text not null check (length(reason) between 1 and 2000),
        moderated_by uuid not null references person,
        moderated_with uuid not null references person,
        moderated_at timestamptz not null,
        foreign key (phase_id, application_id) references phase_application (phase_id, application_id),
        constraint moderation_by_two check (moderated_by <> moderated_with)
      )`);
    await db.query(`create index moderation_application on moderation (phase_id, application_id, moderated_at)`);
    for (const table of ['conflict_declaration', 'moderation']) {
      await db.query(`
        create trigger ${table}_append_only before update or delete or truncate on ${table}
        for each statement execute function refuse_change()`);
      await db.query(`revoke update on ${table} from alongside_app`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table moderation, redaction, review_claim, review_score, review, conflict_declaration, phase_application, reviewer, review_phase cascade`);
    await db.query(`drop function review_holds, review_score_holds`);
    await db.query(`delete from state_transition where machine in ('review_phase', 'review')`);
  }
}
