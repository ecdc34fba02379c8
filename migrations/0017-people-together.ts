import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People who share a mailbox, who were written down twice, or who share a job. */
export class PeopleTogether1700000000017 implements MigrationInterface {
  name = 'PeopleTogether1700000000017';

  async up(db: QueryRunner): Promise<void> {
    await this.sharing(db);
    await this.merging(db);
    await this.jobSharing(db);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop trigger decision_separate_duties on decision`);
    await db.query(`drop table hand_over_note`);
    await db.query(`alter table role_assignment drop column working_days`);
    await db.query(`drop trigger application_rests on application`);
    await db.query(`drop index application_one_live`);
    await db.query(`alter table application drop column superseded_by`);
    await db.query(`create unique index application_one_live on application (call_id, person_id) where state <> 'withdrawn'`);
    await db.query(`drop trigger person_merged_flat on person`);
    await db.query(`drop index person_alike`);
    await db.query(`alter table person drop constraint person_not_into_itself`);
    await db.query(`drop table not_same_person, merge_move, person_merge`);
    await db.query(`drop trigger contact_point_shared_by_all on contact_point`);
    await db.query(`drop index contact_point_shared_once`);
    await db.query(`alter table session drop column contact_id`);
    await db.query(`drop table spoken_code, shared_sign_in`);
    await db.query(`drop function separate_decision_duties, application_rests, person_merged_flat, folded_name, contact_point_shared_by_all`);
  }

  /** An address several people read: the code that goes there proves nobody in particular. */
  private async sharing(db: QueryRunner): Promise<void> {
    await db.query(`
      create unique index contact_point_shared_once on contact_point (person_id, kind, value) where shared and removed_at is null`);
    // One at a time for each address: two at once would not see each other.
    await db.query(`
      create function contact_point_shared_by_all() returns trigger language plpgsql as $$
      begin
        if new.verified_at is null or new.removed_at is not null then return new; end if;
        perform pg_advisory_xact_lock(hashtextextended(new.kind || ' ' || new.value, 17));
        if exists (
          select from contact_point c where c.kind = new.kind and c.value = new.value and c.id <> new.id
            and c.verified_at is not null and c.removed_at is null and c.shared <> new.shared
        ) then
          raise exception 'an address is one person''s, or shared by all who have it'
            using errcode = 'check_violation', constraint = 'contact_point_shared_by_all';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger contact_point_shared_by_all before insert or update of kind, value, shared, verified_at, removed_at on contact_point
      for each row execute function contact_point_shared_by_all()`);

    // Which address opened a session, so that whoever says "This isn't me" need not be shown the others.
    await db.query(`alter table session add column contact_id uuid references contact_point`);

    // Somebody who reads a shared address, and has not shown yet who they are. Not a session: it opens no page.
    await db.query(`
      create table shared_sign_in (
        id uuid primary key,
        token_hash bytea not null unique,
        kind text not null check (kind in ('email', 'phone')),
        value text not null,
        person_id uuid references person,
        next_path text,
        tries integer not null default 0 check (tries between 0 and 5),
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz
      )`);
    // Staff read it out to somebody they know. Made from its id, as the other codes are.
    await db.query(`
      create table spoken_code (
        id uuid primary key,
        person_id uuid not null references person,
        made_by uuid not null references person,
        tries integer not null default 0 check (tries between 0 and 5),
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        constraint spoken_code_by_somebody_else check (made_by <> person_id)
      )`);
    await db.query(`create unique index spoken_code_one_open on spoken_code (person_id) where used_at is null`);
    await db.query(`grant delete on shared_sign_in, spoken_code to alongside_app`);
  }

  /** One person written down twice. */
  private async merging(db: QueryRunner): Promise<void> {
    await db.query(`alter table person add constraint person_not_into_itself check (merged_into <> id)`);
    // Whoever looks for the survivor takes one step.
    await db.query(`
      create function person_merged_flat() returns trigger language plpgsql as $$
      begin
        if new.merged_into is not null and (
          exists (select from person s where s.id = new.merged_into and s.merged_into is not null)
          or exists (select from person b where b.merged_into = new.id)
        ) then
          raise exception 'a person is merged into one who is not merged' using errcode = 'check_violation', constraint = 'person_merged_flat';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger person_merged_flat before insert or update of merged_into on person
      for each row execute function person_merged_flat()`);
    // "Siân  PRICE" and "sian price" are one name.
    await db.query(`
      create function folded_name(name text) returns text language sql immutable as $$
        select regexp_replace(lower(regexp_replace(normalize(name, NFKD), '[\\u0300-\\u036F]', '', 'g')), '[^[:alnum:]]+', '', 'g')
      $$`);
    await db.query(`create index person_alike on person (folded_name(name), upper(replace(postcode, ' ', ''))) where merged_into is null`);
    await db.query(`
      create table not_same_person (
        first_id uuid not null references person,
        second_id uuid not null references person,
        decided_by uuid not null references person,
        decided_at timestamptz not null,
        primary key (first_id, second_id),
        check (first_id < second_id)
      )`);
    await db.query(`revoke update on not_same_person from alongside_app`);

    await db.query(`
      create table person_merge (
        id uuid primary key,
        survivor_id uuid not null references person,
        merged_id uuid not null references person,
        reason text not null check (length(reason) between 1 and 2000),
        merged_by uuid not null references person,
        merged_at timestamptz not null,
        undone_by uuid references person,
        undone_at timestamptz,
        check (survivor_id <> merged_id),
        check ((undone_at is null) = (undone_by is null)),
        constraint person_merge_by_somebody_else check (merged_by not in (survivor_id, merged_id))
      )`);
    await db.query(`create unique index person_merge_once on person_merge (merged_id) where undone_at is null`);
    await db.query(`revoke update on person_merge from alongside_app`);
    await db.query(`grant update (undone_by, undone_at) on person_merge to alongside_app`);
    // Each value a merge changed, and the state its row was in: what an undo puts back, or refuses to.
    await db.query(`
      create table merge_move (
        merge_id uuid not null references person_merge,
        position integer not null,
        table_name text not null,
        row_id uuid not null,
        column_name text not null,
        before text,
        after text,
        row_state text,
        primary key (merge_id, position),
        unique (merge_id, table_name, row_id, column_name)
      )`);
    await db.query(`
      create trigger merge_move_append_only before update or delete or truncate on merge_move
      for each statement execute function refuse_change()`);
    await db.query(`revoke update on merge_move from alongside_app`);

    // Of two live applications for one call, one stays and the other rests behind it, until an undo.
    await db.query(`alter table application add column superseded_by uuid references application,
      add constraint application_not_behind_itself check (superseded_by <> id)`);
    await db.query(`drop index application_one_live`);
    await db.query(`
      create unique index application_one_live on application (call_id, person_id) where state <> 'withdrawn' and superseded_by is null`);
    await db.query(`create index application_resting on application (superseded_by) where superseded_by is not null`);
    await db.query(`
      create function application_rests() returns trigger language plpgsql as $$
      begin
        if old.superseded_by is not null and new.state <> old.state then
          raise exception 'an application that rests behind another keeps its state'
            using errcode = 'check_violation', constraint = 'application_rests';
        end if;
        return new;
      end $$`);
    await db.query(`create trigger application_rests before update of state on application for each row execute function application_rests()`);
  }

  /** Two people, one job. */
  private async jobSharing(db: QueryRunner): Promise<void> {
    // Monday is 1; without any, every working day.
    await db.query(`
      alter table role_assignment add column working_days smallint[],
        add constraint role_assignment_working_days check (cardinality(working_days) > 0 and working_days <@ array[1, 2, 3, 4, 5]::smallint[])`);
    await db.query(`
      create table hand_over_note (
        id uuid primary key,
        job_share_id uuid not null references job_share,
        written_by uuid not null references person,
        text text not null check (length(text) between 1 and 2000),
        application_id uuid references application,
        call_id uuid references call,
        created_at timestamptz not null,
        done_at timestamptz,
        done_by uuid references person,
        check (application_id is null or call_id is null),
        check ((done_at is null) = (done_by is null))
      )`);
    await db.query(`create index hand_over_note_open on hand_over_note (job_share_id, created_at) where done_at is null`);
    await db.query(`create index hand_over_note_application on hand_over_note (application_id)`);
    await db.query(`create index hand_over_note_call on hand_over_note (call_id)`);
    // What was written stays as it was.
    await db.query(`revoke update on hand_over_note from alongside_app`);
    await db.query(`grant update (done_at, done_by) on hand_over_note to alongside_app`);

    // Partners in a job count as one, and so do two records of one person.
    await db.query(`
      create function separate_decision_duties() returns trigger language plpgsql as $$
      declare applicant uuid := (select a.person_id from application a where a.id = new.application_id);
      begin
        perform refuse_same_person('decides', new.co_decided_by, array[new.decided_by, applicant]);
        perform refuse_same_person('decides', new.decided_by, array[applicant]);
        return new;
      end $$`);
    await db.query(`
      create trigger decision_separate_duties after insert or update of decided_by, co_decided_by on decision
      for each row execute function separate_decision_duties()`);
  }
}
