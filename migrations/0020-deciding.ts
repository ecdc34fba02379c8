import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Decisions wait until they are applied together; messages are read before they go; offers, the talent pool and who asks for which seat. */
export class Deciding1700000000020 implements MigrationInterface {
  name = 'Deciding1700000000020';

  async up(db: QueryRunner): Promise<void> {
    await this.decisions(db);
    await this.offers(db);
    await this.talentPool(db);
    // Self-identified, for this purpose only.
    await db.query(`
      alter table application add column seat_kinds text[] not null default '{}',
        add constraint application_seat_kinds_known check (
          seat_kinds <@ array['disabled_resident', 'resident', 'councillor', 'officer', 'organisation'])`);
  }

  private async decisions(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table decision
        alter column co_decided_by drop not null,
        add column no_co_decider_reason text check (length(no_co_decider_reason) between 1 and 1000),
        add column applied_by uuid references person,
        add column applied_at timestamptz,
        add column discarded_at timestamptz,
        add column next_call_id uuid references call,
        add column next_words text check (length(next_words) between 1 and 600),
        add column version integer not null default 1`);
    await db.query(`update decision set applied_by = decided_by, applied_at = decided_at`);
    await db.query(`
      alter table decision
        add constraint decision_applied_by_a_person check (
          (state in ('pending', 'discarded')) = (applied_at is null) and (applied_at is null) = (applied_by is null)),
        add constraint decision_names_who_or_why check (
          case when applied_at is null then co_decided_by is null and no_co_decider_reason is null
          else (co_decided_by is null) <> (no_co_decider_reason is null) end),
        add constraint decision_applied_with_somebody_else check (co_decided_by <> applied_by),
        add check ((state = 'discarded') = (discarded_at is not null))`);
    await db.query(`create unique index decision_one_pending on decision (application_id) where state = 'pending'`);
    await db.query(`delete from state_transition where machine = 'decision' and from_state = '' and to_state = 'applied'`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('decision', '', 'pending'), ('decision', 'pending', 'applied'), ('decision', 'pending', 'discarded')`);
    await db.query(`
      create table decision_co_decider (
        decision_id uuid not null references decision,
        person_id uuid not null references person,
        primary key (decision_id, person_id)
      )`);
    await db.query(`revoke update on decision_co_decider from alongside_app`);
    // Each of them is another person than the leads; job-share partners count as one.
    await db.query(`
      create function co_decider_is_another() returns trigger language plpgsql as $$
      begin
        if exists (select from decision d where d.id = new.decision_id
          and duty_identity(new.person_id) in (duty_identity(d.decided_by), duty_identity(d.applied_by))) then
          raise exception 'a co-decider is another person than who decides' using errcode = 'check_violation', constraint = 'decision_co_decider_is_another';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger decision_co_decider_is_another before insert on decision_co_decider
      for each row execute function co_decider_is_another()`);
    await db.query(`insert into decision_co_decider select id, co_decided_by from decision where co_decided_by is not null`);
    // Who decided with whom stands on the public page of a call once people were told.
    await db.query(`
      create trigger decision_public_change after update of state on decision
      for each row when (new.state = 'told' and old.state <> 'told') execute function notify_public_change()`);
    // Their time is paid. One row a sitting and person, however many applications were decided in it.
    await db.query(`
      create table co_deciding (
        id uuid primary key,
        sitting_id uuid not null,
        call_id uuid not null references call,
        person_id uuid not null references person,
        on_day date not null,
        minutes integer not null check (minutes between 1 and 1440),
        recorded_by uuid not null references person,
        recorded_at timestamptz not null,
        unique (sitting_id, person_id),
        constraint co_deciding_recorded_by_somebody_else check (recorded_by <> person_id)
      )`);
    await db.query(`revoke update on co_deciding from alongside_app`);
    await db.query(`create index co_deciding_call on co_deciding (call_id, on_day)`);
    // What somebody changed of a message before it went; without a row it says what its template says.
    await db.query(`
      create table decision_message (
        decision_id uuid primary key references decision,
        subject text not null check (length(subject) between 1 and 150),
        body text not null check (length(body) between 1 and 6000),
        text text not null check (length(text) between 1 and 600),
        edited_by uuid not null references person,
        edited_at timestamptz not null,
        version integer not null default 1
      )`);
    await db.query(`grant delete on decision_message to alongside_app`);
  }

  private async offers(db: QueryRunner): Promise<void> {
    await db.query(`
      create table contact_attempt (
        id uuid primary key,
        application_id uuid not null references application,
        made_by uuid not null references person,
        channel text not null check (channel in ('phone', 'in_person', 'text', 'email', 'post')),
        at timestamptz not null,
        spoke boolean not null,
        what_happened text not null check (length(what_happened) between 1 and 2000),
        recorded_at timestamptz not null,
        check (at <= recorded_at)
      )`);
    await db.query(`revoke update on contact_attempt from alongside_app`);
    await db.query(`create index contact_attempt_application on contact_attempt (application_id, at)`);
    // An offer lapses only after somebody has spoken with the person, or written them a letter, about it.
    await db.query(`
      create function lapse_after_contact() returns trigger language plpgsql as $$
      begin
        if new.state = 'lapsed' and old.state = 'offered' and not exists (
          select from contact_attempt c join decision d on d.application_id = c.application_id
          where c.application_id = new.id and (c.spoke or c.channel = 'post')
            and d.outcome = 'offered' and d.state = 'told' and c.at >= d.told_at
        ) then
          raise exception 'an offer lapses only after a recorded personal contact'
            using errcode = 'check_violation', constraint = 'application_lapse_after_contact';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger application_told_before_lapse before update of state on application
      for each row execute function lapse_after_contact()`);
  }

  private async talentPool(db: QueryRunner): Promise<void> {
    await db.query(`
      create table talent_pool (
        id uuid primary key,
        person_id uuid not null references person,
        interests text check (length(interests) <= 1000),
        consented_at timestamptz not null,
        expires_on date not null,
        warned_at timestamptz,
        revoked_at timestamptz
      )`);
    await db.query(`create unique index talent_pool_one_a_person on talent_pool (person_id) where revoked_at is null`);
    await db.query(`
      create table talent_invitation (
        id uuid primary key,
        talent_pool_id uuid not null references talent_pool,
        call_id uuid not null references call,
        invited_by uuid not null references person,
        invited_at timestamptz not null,
        unique (talent_pool_id, call_id)
      )`);
    await db.query(`revoke update on talent_invitation from alongside_app`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`alter table application drop column seat_kinds`);
    await db.query(`drop table talent_invitation, talent_pool, co_deciding, decision_message, decision_co_decider`);
    await db.query(`drop function co_decider_is_another()`);
    await db.query(`drop trigger application_told_before_lapse on application`);
    await db.query(`drop function lapse_after_contact()`);
    await db.query(`drop table contact_attempt`);
    await db.query(`drop trigger decision_public_change on decision`);
    await db.query(`drop index decision_one_pending`);
    // What was never applied, or decided without a resident, has no place in the older table.
    await db.query(`delete from decision where state in ('pending', 'discarded') or co_decided_by is null`);
    await db.query(`
      alter table decision drop column no_co_decider_reason, drop column applied_by, drop column applied_at, drop column discarded_at,
        drop column next_call_id, drop column next_words, drop column version, alter column co_decided_by set not null`);
    await db.query(`delete from state_transition where machine = 'decision' and (from_state = 'pending' or to_state = 'pending')`);
    await db.query(`insert into state_transition (machine, from_state, to_state) values ('decision', '', 'applied')`);
  }
}
