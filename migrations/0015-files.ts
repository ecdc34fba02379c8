import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people send as files; recordings and scans of applications; other versions of calls. */
export class Files1700000000015 implements MigrationInterface {
  name = 'Files1700000000015';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table stored_file (
        id uuid primary key,
        purpose text not null check (purpose in ('recording', 'scan', 'call_version')),
        sent_by uuid not null references person,
        state text not null,
        name text not null check (length(name) between 1 and 120),
        claimed_type text,
        media_type text,
        -- What is here so far, and what was announced; in bytes.
        size bigint not null default 0 check (size >= 0),
        announced_size bigint check (announced_size > 0),
        sha256 bytea check (length(sha256) = 32),
        refusal text,
        scanned_by text,
        scanned_at timestamptz,
        scan_attempts integer not null default 0,
        next_scan_at timestamptz,
        created_at timestamptz not null,
        finished_at timestamptz,
        attached_at timestamptz,
        removed_at timestamptz,
        constraint stored_file_whole_when_kept check (
          state not in ('scanning', 'clean', 'unscanned') or (media_type is not null and sha256 is not null and finished_at is not null and size > 0)),
        constraint stored_file_clean_when_scanned check (state <> 'clean' or (scanned_by is not null and scanned_at is not null)),
        constraint stored_file_refused_with_a_reason check (state <> 'refused' or refusal is not null),
        constraint stored_file_removed check ((state = 'removed') = (removed_at is not null)),
        constraint stored_file_attached_when_whole check (attached_at is null or finished_at is not null)
      )`);
    await db.query(`create index stored_file_to_scan on stored_file (next_scan_at) where state = 'scanning'`);
    await db.query(`create index stored_file_loose on stored_file (created_at) where attached_at is null and state <> 'removed'`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state)
      select 'stored_file', f, t from (values
        ('', 'uploading'),
        ('uploading', 'scanning'), ('uploading', 'refused'), ('uploading', 'removed'),
        ('scanning', 'clean'), ('scanning', 'unscanned'), ('scanning', 'refused'), ('scanning', 'removed'),
        ('unscanned', 'scanning'), ('unscanned', 'removed'),
        ('clean', 'removed'), ('refused', 'removed')
      ) as step (f, t)`);
    await db.query(`
      create trigger stored_file_state_step before insert or update of state on stored_file
      for each row execute function enforce_state_step('stored_file')`);

    // Encrypted pieces in order; a cut connection leaves a shorter one. They are never changed, only deleted with their file.
    await db.query(`
      create table file_chunk (
        file_id uuid not null references stored_file,
        position integer not null check (position >= 0),
        starts_at bigint not null check (starts_at >= 0),
        size integer not null check (size > 0),
        bytes bytea not null,
        primary key (file_id, position),
        unique (file_id, starts_at)
      )`);
    // What is encrypted does not get smaller.
    await db.query(`alter table file_chunk alter column bytes set storage external`);
    await db.query(`revoke update on file_chunk from alongside_app`);
    await db.query(`grant delete on file_chunk to alongside_app`);

    await db.query(`
      create table recording (
        id uuid primary key,
        application_id uuid not null references application,
        -- Nothing: it answers all questions.
        question_id uuid,
        question_text text,
        file_id uuid not null unique references stored_file,
        kind text not null check (kind in ('audio', 'video', 'scan')),
        added_by uuid not null references person,
        channel text not null,
        added_at timestamptz not null,
        removed_at timestamptz,
        transcript text check (length(transcript) between 1 and 20000),
        transcript_by uuid references person,
        transcript_at timestamptz,
        transcript_verdict text check (transcript_verdict in ('right', 'change')),
        transcript_wish text check (length(transcript_wish) between 1 and 2000),
        transcript_checked_at timestamptz,
        constraint recording_scan_is_of_the_whole check (kind <> 'scan' or question_id is null),
        constraint recording_question_kept check ((question_id is null) = (question_text is null)),
        constraint recording_transcript_by_a_person check (
          (transcript is null) = (transcript_by is null) and (transcript is null) = (transcript_at is null)),
        constraint recording_transcript_checked check (
          (transcript_verdict is null) = (transcript_checked_at is null) and (transcript_verdict is null or transcript is not null)),
        constraint recording_wish_with_change check ((transcript_wish is not null) = (transcript_verdict is not distinct from 'change'))
      )`);
    await db.query(`create index recording_application on recording (application_id)`);
    await db.query(`
      create unique index recording_one_an_answer on recording (application_id, coalesce(question_id, application_id))
      where removed_at is null and kind <> 'scan'`);
    // What was sent stands as it is: a transcript is added beside it.
    await db.query(`revoke update on recording from alongside_app`);
    await db.query(`
      grant update (removed_at, transcript, transcript_by, transcript_at, transcript_verdict, transcript_wish, transcript_checked_at)
      on recording to alongside_app`);

    await db.query(`
      create table call_version (
        id uuid primary key,
        call_id uuid not null references call,
        kind text not null check (kind in ('easy_read', 'bsl', 'audio', 'braille', 'translation')),
        language text check (length(language) between 1 and 60),
        file_id uuid unique references stored_file,
        url text check (url ~ '^https://' and length(url) <= 2000),
        -- Of the call's words when this version was added: another one now means that it is out of date.
        source_hash bytea not null check (length(source_hash) = 32),
        added_by uuid not null references person,
        added_at timestamptz not null,
        removed_at timestamptz,
        constraint call_version_file_or_link check ((file_id is null) <> (url is null)),
        constraint call_version_translation_says_into_what check ((kind = 'translation') = (language is not null))
      )`);
    await db.query(`create index call_version_call on call_version (call_id) where removed_at is null`);
    await db.query(`revoke update on call_version from alongside_app`);
    await db.query(`grant update (removed_at) on call_version to alongside_app`);
    // Both show on the call's public page, which is kept in memory.
    await db.query(`
      create trigger call_version_public_change after insert or update or delete or truncate on call_version
      for each statement execute function notify_public_change()`);
    await db.query(`
      create trigger stored_file_public_change after update of state on stored_file
      for each row when (new.purpose = 'call_version') execute function notify_public_change()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table call_version, recording, file_chunk, stored_file`);
    await db.query(`delete from state_transition where machine = 'stored_file'`);
  }
}
