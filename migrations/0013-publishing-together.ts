import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A call is checked, approved by a second person and decided with residents; it asks in more ways, and says what counts. */
export class PublishingTogether1700000000013 implements MigrationInterface {
  name = 'PublishingTogether1700000000013';

  async up(db: QueryRunner): Promise<void> {
    await approval(db);
    await checklist(db);
    await questions(db);
    await criteria(db);
    await refusals(db);
    await declarations(db);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`alter table application drop column eligibility, drop column interest_declared, drop column interest_words`);
    await db.query(`drop trigger call_state_together on call`);
    await db.query(`drop trigger question_kept on question`);
    await db.query(`drop trigger call_co_decider_kept on call_co_decider`);
    await db.query(`drop table criterion, call_target, call_gate_pass, call_gate`);
    await db.query(`drop function call_published_together, question_kept, part_of_call_kept`);
    await db.query(`drop index question_call`);
    await db.query(`delete from question where replaced_at is not null`);
    await db.query(`update question set word_limit = 200 where word_limit is null`);
    await db.query(`
      alter table question drop constraint question_position, drop column kind, drop column options, drop column freeze_after, drop column visible_to_reviewers,
        drop column for_composition, drop column lineage_id, drop column version, drop column created_at, drop column replaced_at,
        alter column word_limit set not null,
        add unique (call_id, position) deferrable initially deferred`);
    await db.query(`alter table adjustment_kind drop column common`);
    await db.query(`alter table call add column co_decided_by uuid references person`);
    await db.query(`
      update call c set co_decided_by = (select d.person_id from call_co_decider d where d.call_id = c.id order by d.person_id limit 1)`);
    await db.query(`drop table call_co_decider`);
    await db.query(`delete from state_transition where machine = 'call' and 'ready' in (from_state, to_state)`);
    await db.query(`insert into state_transition (machine, from_state, to_state) values ('call', 'draft', 'published')`);
    await db.query(`alter table call drop constraint call_published_state, drop constraint call_published_by_somebody`);
    await db.query(`alter table call disable trigger call_state_step`);
    await db.query(`update call set state = 'draft' where state = 'ready'`);
    await db.query(`alter table call enable trigger call_state_step`);
    // Calls published with a reason instead of a resident are there: the old rule holds for what comes.
    await db.query(`
      alter table call drop column edited_by, drop column ready_by, drop column ready_at, drop column sent_back_by, drop column sent_back_at,
        drop column sent_back_reason, drop column no_co_decider_reason, drop column easy_read_on, drop column bsl_on,
        add constraint call_published_with_a_resident check (
          published_at is null or (published_by is not null and co_decided_by is not null and co_decided_by <> published_by)) not valid,
        add constraint call_published_state check ((state = 'draft') = (published_at is null) or state = 'cancelled')`);
  }
}

/** Draft, waiting for approval, published; and who decided it. */
async function approval(db: QueryRunner): Promise<void> {
  await db.query(`delete from state_transition where machine = 'call' and from_state = 'draft' and to_state = 'published'`);
  await db.query(`
    insert into state_transition (machine, from_state, to_state) values
      ('call', 'draft', 'ready'), ('call', 'ready', 'draft'), ('call', 'ready', 'published'), ('call', 'ready', 'cancelled')`);
  await db.query(`
    create table call_co_decider (
      call_id uuid not null references call,
      person_id uuid not null references person,
      primary key (call_id, person_id)
    )`);
  await db.query(`insert into call_co_decider (call_id, person_id) select id, co_decided_by from call where co_decided_by is not null`);
  await db.query(`
    alter table call
      drop constraint call_published_with_a_resident, drop constraint call_published_state, drop column co_decided_by,
      add column edited_by uuid references person,
      add column ready_by uuid references person,
      add column ready_at timestamptz,
      add column sent_back_by uuid references person,
      add column sent_back_at timestamptz,
      add column sent_back_reason text check (length(sent_back_reason) between 1 and 1000),
      add column no_co_decider_reason text check (length(no_co_decider_reason) between 1 and 1000),
      add column easy_read_on date,
      add column bsl_on date,
      add constraint call_published_state check ((state in ('draft', 'ready')) = (published_at is null) or state = 'cancelled'),
      add constraint call_published_by_somebody check ((published_at is null) = (published_by is null)),
      add constraint call_ready_by_somebody check ((ready_at is null) = (ready_by is null) and (state <> 'ready' or ready_at is not null)),
      add constraint call_sent_back_with_a_reason check (num_nulls(sent_back_by, sent_back_at, sent_back_reason) in (0, 3))`);
  await db.query(`grant delete on call_co_decider to alongside_app`);
  await db.query(`revoke update on call_co_decider from alongside_app`);
  await db.query(`grant select on call_co_decider to alongside_reader`);
}

/** What must be so before anybody is asked to give their time. */
async function checklist(db: QueryRunner): Promise<void> {
  await db.query(`
    create table call_gate (
      code text primary key check (code ~ '^[a-z]+(-[a-z]+)*$'),
      question text not null,
      help text not null,
      position integer not null
    )`);
  await db.query(`revoke insert, update on call_gate from alongside_app`);
  await db.query(`
    create table call_gate_pass (
      id uuid primary key,
      call_id uuid not null references call,
      gate text not null references call_gate,
      passed_by uuid not null references person,
      passed_at timestamptz not null,
      reason text not null check (length(reason) between 1 and 1000),
      taken_back_by uuid references person,
      taken_back_at timestamptz,
      check ((taken_back_by is null) = (taken_back_at is null))
    )`);
  await db.query(`create unique index call_gate_pass_one_live on call_gate_pass (call_id, gate) where taken_back_at is null`);
  await db.query(`grant select on call_gate, call_gate_pass to alongside_reader`);
  // Kinds people often ask for: a call leaves time to arrange the slowest of them.
  await db.query(`alter table adjustment_kind add column common boolean not null default false`);
  await db.query(`
    update adjustment_kind set common = true where code in ('bsl-interpreter', 'lipspeaker', 'speech-to-text', 'note-taker',
      'language-interpreter', 'large-print', 'plain-files', 'taxi', 'quiet-room', 'extra-time', 'remote', 'support-worker')`);
}

async function questions(db: QueryRunner): Promise<void> {
  await db.query(`
    alter table question
      add column kind text not null default 'long_text' check (kind in ('text', 'long_text', 'yes_no', 'one', 'many', 'date')),
      add column options text[] not null default '{}',
      add column freeze_after date,
      add column visible_to_reviewers boolean not null default true,
      add column for_composition boolean not null default false,
      add column lineage_id uuid,
      add column version integer not null default 1 check (version >= 1),
      add column created_at timestamptz,
      add column replaced_at timestamptz,
      alter column word_limit drop not null`);
  await db.query(`update question q set lineage_id = q.id, created_at = c.created_at from call c where c.id = q.call_id`);
  await db.query(`
    alter table question
      alter column lineage_id set not null, alter column created_at set not null,
      add constraint question_word_limit check ((kind = 'long_text') = (word_limit is not null)),
      add constraint question_options check (case when kind in ('one', 'many') then cardinality(options) >= 2 else options = '{}' end),
      add constraint question_for_composition check (not for_composition or kind in ('one', 'many')),
      add constraint question_version unique (lineage_id, version),
      drop constraint question_call_id_position_key,
      add constraint question_position exclude using btree (call_id with =, position with =) where (replaced_at is null) deferrable initially deferred`);
  await db.query(`create index question_call on question (call_id)`);
}

/** What people are chosen by, and what the group hopes for. */
async function criteria(db: QueryRunner): Promise<void> {
  await db.query(`
    create table criterion (
      id uuid primary key,
      call_id uuid not null references call,
      position integer not null,
      kind text not null check (kind in ('essential', 'desirable')),
      label text not null check (length(label) between 1 and 200),
      description text check (length(description) between 1 and 1000),
      weight integer not null check (weight between 1 and 5),
      score_labels text[] not null check (cardinality(score_labels) = 5 and array_position(score_labels, null) is null and array_position(score_labels, '') is null),
      unique (call_id, position) deferrable initially deferred
    )`);
  await db.query(`
    create table call_target (
      id uuid primary key,
      call_id uuid not null references call,
      what text not null check (what in ('barrier', 'first_time')),
      option text,
      at_least integer not null check (at_least between 1 and 99),
      check ((what = 'barrier') = (option is not null))
    )`);
  await db.query(`create unique index call_target_once on call_target (call_id, what, coalesce(option, ''))`);
  await db.query(`grant delete on criterion, call_target to alongside_app`);
  await db.query(`grant select on criterion, call_target to alongside_reader`);
}

/** What the database refuses, whoever asks. */
async function refusals(db: QueryRunner): Promise<void> {
  await db.query(`
    create function call_published_together() returns trigger language plpgsql as $$
    begin
      if new.published_by is null or duty_identity(new.published_by) in (
        select duty_identity(maker) from unnest(array[new.created_by, new.edited_by, new.ready_by]) as maker where maker is not null
      ) then
        raise exception 'a call is approved by a second person' using errcode = 'check_violation', constraint = 'call_approved_by_a_second_person';
      end if;
      if exists (select from call_gate g where not exists (
        select from call_gate_pass p where p.call_id = new.id and p.gate = g.code and p.taken_back_at is null)) then
        raise exception 'the checklist of the call is not passed' using errcode = 'check_violation', constraint = 'call_checklist_passed';
      end if;
      if new.no_co_decider_reason is null and not exists (select from call_co_decider d where d.call_id = new.id) then
        raise exception 'a call names who decided it, or why no resident did' using errcode = 'check_violation', constraint = 'call_power_shown';
      end if;
      if exists (select from call_co_decider d where d.call_id = new.id and d.person_id <> new.published_by
        and duty_identity(d.person_id) = duty_identity(new.published_by)) then
        raise exception 'who approves a call counts as one of its co-deciders' using errcode = 'check_violation', constraint = 'call_co_decider_is_another';
      end if;
      return new;
    end $$`);
  await db.query(`
    create trigger call_state_together before update of state on call
    for each row when (new.state = 'published' and old.state <> 'published') execute function call_published_together()`);

  // People rely on what they read: what a published call asked, looked for and named stays. A question gets a new version.
  await db.query(`
    create function part_of_call_kept() returns trigger language plpgsql as $$
    begin
      if exists (select from call c where c.id = case when tg_op = 'DELETE' then old.call_id else new.call_id end and c.published_at is not null) then
        raise exception '% of a published call stays as it is', tg_table_name using errcode = 'check_violation', constraint = tg_table_name || '_kept';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $$`);
  for (const table of ['criterion', 'call_target', 'call_co_decider', 'call_gate_pass']) {
    await db.query(`create trigger ${table}_kept before insert or update or delete on ${table} for each row execute function part_of_call_kept()`);
  }
  await db.query(`
    create function question_kept() returns trigger language plpgsql as $$
    begin
      if exists (select from call c where c.id = old.call_id and c.published_at is not null) and (tg_op = 'DELETE' or
        old.replaced_at is not null or to_jsonb(new) - 'replaced_at' - 'position' <> to_jsonb(old) - 'replaced_at' - 'position') then
        raise exception 'question of a published call stays as it is' using errcode = 'check_violation', constraint = 'question_kept';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $$`);
  await db.query(`create trigger question_kept before update or delete on question for each row execute function question_kept()`);
}

/** Who may apply, in plain words; and whether somebody close to them has an interest. Neither refuses anybody. */
async function declarations(db: QueryRunner): Promise<void> {
  await db.query(`
    alter table application
      add column eligibility text[] not null default '{}' check (eligibility <@ array['lives', 'studies', 'works', 'volunteers', 'none']),
      add column interest_declared boolean,
      add column interest_words text check (length(interest_words) between 1 and 2000),
      add constraint application_none_alone check (not ('none' = any (eligibility)) or cardinality(eligibility) = 1),
      add constraint application_interest_words check (interest_words is null or interest_declared)`);
}
