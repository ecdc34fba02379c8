import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Roles, settings, states, outbox, audit and keys: what every capability stands on. */
export class Platform1700000000001 implements MigrationInterface {
  name = 'Platform1700000000001';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`create extension if not exists btree_gist`);

    // The roles normally exist already (docker/roles.sql). Where one database login does everything, make them.
    await db.query(`
      do $$
      declare wanted text;
      begin
        foreach wanted in array array['alongside_app', 'alongside_finance', 'alongside_reader'] loop
          if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I nologin', wanted);
          end if;
        end loop;
        if not pg_has_role('alongside_app', 'alongside_finance', 'member') then
          grant alongside_finance, alongside_reader to alongside_app with inherit false, set true;
        end if;
      end $$`);
    await db.query(`grant usage on schema public to alongside_app, alongside_finance, alongside_reader`);
    // Nothing may be deleted unless a migration says so.
    await db.query(`alter default privileges in schema public grant select, insert, update on tables to alongside_app`);
    await db.query(`alter default privileges in schema public grant usage on sequences to alongside_app`);

    await db.query(`
      create table setting (
        key text not null,
        effective_from date not null,
        value jsonb not null,
        primary key (key, effective_from)
      )`);

    await db.query(`create table bank_holiday (on_date date primary key, name text not null)`);

    // States. '' is the state of a row that does not exist yet.
    await db.query(`
      create table state_transition (
        machine text not null,
        from_state text not null,
        to_state text not null,
        primary key (machine, from_state, to_state)
      )`);
    await db.query(`revoke insert, update on state_transition from alongside_app`);
    await db.query(`
      create function enforce_state_step() returns trigger language plpgsql as $$
      declare before text := case when tg_op = 'INSERT' then '' else old.state end;
      begin
        if new.state <> before and not exists (
          select from state_transition t
          where t.machine = tg_argv[0] and t.from_state = before and t.to_state = new.state
        ) then
          raise exception '% cannot go from "%" to "%"', tg_argv[0], before, new.state
            using errcode = 'check_violation', constraint = tg_argv[0] || '_state_step';
        end if;
        return new;
      end $$`);

    await db.query(`
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
      end $$`);

    await db.query(`
      create table outbox (
        id uuid primary key,
        event text not null,
        payload jsonb not null,
        created_at timestamptz not null,
        handled_at timestamptz,
        attempts integer not null default 0,
        next_attempt_at timestamptz not null,
        last_error text
      )`);
    await db.query(`create index outbox_due on outbox (id) where handled_at is null`);

    await db.query(`
      create table audit_entry (
        id uuid primary key,
        sequence bigint generated always as identity,
        transaction xid8 not null default pg_current_xact_id(),
        at timestamptz not null,
        actor_id uuid,
        on_behalf_of_id uuid,
        channel text not null check (channel in ('web', 'phone', 'post', 'text', 'in_person', 'api', 'system')),
        action text not null,
        subject_type text not null,
        subject_id uuid not null,
        details jsonb not null default '{}'
      )`);
    await db.query(`create unique index audit_entry_order on audit_entry (transaction, sequence)`);
    await db.query(`create index audit_entry_subject on audit_entry (subject_id, at)`);
    await db.query(`
      create table audit_seal (
        position bigint primary key,
        entry_id uuid not null unique references audit_entry,
        transaction xid8 not null,
        sequence bigint not null,
        hash bytea not null
      )`);
    for (const table of ['audit_entry', 'audit_seal']) {
      await db.query(`
        create trigger ${table}_append_only before update or delete or truncate on ${table}
        for each statement execute function refuse_change()`);
      await db.query(`revoke update on ${table} from alongside_app`);
    }
    await db.query(`revoke insert on audit_seal from alongside_app`);
    await db.query(`
      create function audit_hash(previous bytea, e audit_entry) returns bytea language sql immutable as $$
        select sha256(previous || convert_to(array_to_string(array[
          e.id::text, e.sequence::text, e.transaction::text, extract(epoch from e.at)::text, e.actor_id::text, e.on_behalf_of_id::text,
          e.channel, e.action, e.subject_type, e.subject_id::text, e.details::text], '|', 'nobody'), 'UTF8'))
      $$`);
    // One sealer at a time, and only rows that no running transaction can still come before.
    await db.query(`
      create function seal_audit() returns integer language plpgsql security definer set search_path = public as $$
      declare
        last audit_seal;
        entry audit_entry;
        sealed integer := 0;
      begin
        if not pg_try_advisory_xact_lock(hashtext('seal_audit')) then return 0; end if;
        select * into last from audit_seal order by position desc limit 1;
        for entry in
          select * from audit_entry e
          where (last.position is null or (e.transaction, e.sequence) > (last.transaction, last.sequence))
            and e.transaction < pg_snapshot_xmin(pg_current_snapshot())
          order by e.transaction, e.sequence
        loop
          last.position := coalesce(last.position, 0) + 1;
          last.entry_id := entry.id;
          last.transaction := entry.transaction;
          last.sequence := entry.sequence;
          last.hash := audit_hash(coalesce(last.hash, ''::bytea), entry);
          insert into audit_seal values (last.*);
          sealed := sealed + 1;
        end loop;
        return sealed;
      end $$`);
    await db.query(`
      create function verify_audit() returns table (at_position bigint, problem text) language plpgsql stable as $$
      declare
        seal audit_seal;
        last audit_seal;
        entry audit_entry;
        previous bytea := ''::bytea;
        expected bigint := 1;
      begin
        for seal in select * from audit_seal order by position loop
          if seal.position <> expected then
            return query select expected, 'missing seal'; return;
          end if;
          select * into entry from audit_entry where id = seal.entry_id;
          if not found then
            return query select seal.position, 'missing entry'; return;
          end if;
          if seal.hash <> audit_hash(previous, entry) then
            return query select seal.position, 'changed entry'; return;
          end if;
          previous := seal.hash;
          last := seal;
          expected := expected + 1;
        end loop;
        if exists (
          select from audit_entry e where (e.transaction, e.sequence) < (last.transaction, last.sequence)
            and not exists (select from audit_seal s where s.entry_id = e.id)
        ) then
          return query select last.position, 'entry slipped in';
        end if;
      end $$`);

    // What an API caller already did with a key: the answer's status and the row it made, never its content.
    await db.query(`
      create table idempotency_key (
        actor_id uuid not null,
        key text not null check (length(key) between 1 and 200),
        request_hash bytea not null,
        status integer not null,
        resource_id uuid,
        created_at timestamptz not null,
        primary key (actor_id, key)
      )`);

    await db.query(`grant delete on idempotency_key to alongside_app`);

    await db.query(`
      create table rate_limit (
        key varchar(255) primary key,
        points integer not null default 0,
        expire bigint
      )`);
    await db.query(`grant delete on rate_limit to alongside_app`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table rate_limit, idempotency_key, audit_seal, audit_entry, outbox, state_transition, bank_holiday, setting cascade`);
    await db.query(`drop function seal_audit, verify_audit, refuse_change, enforce_state_step cascade`);
  }
}
