import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How people hear of a call: channels and their counts, alerts for new calls, and the notice that public pages change. */
export class Reach1700000000014 implements MigrationInterface {
  name = 'Reach1700000000014';

  async up(db: QueryRunner): Promise<void> {
    await this.channels(db);
    await this.alerts(db);
    await this.notices(db);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['call', 'call_seat', 'question', 'involvement_group', 'setting', 'person']) {
      await db.query(`drop trigger ${table}_public_change on ${table}`);
    }
    await db.query(`drop function notify_public_person, notify_public_change`);
    await db.query(`drop table call_announcement, call_alert`);
    await db.query(`alter table application drop column channel_link_id`);
    await db.query(`drop table channel_visit, channel_link`);
  }

  private async channels(db: QueryRunner): Promise<void> {
    await db.query(`
      create table channel_link (
        id uuid primary key,
        call_id uuid not null references call,
        code text not null check (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(code) <= 24),
        name text not null check (length(name) between 1 and 60),
        created_by uuid references person,
        created_at timestamptz not null,
        removed_at timestamptz,
        unique (call_id, code),
        unique (id, call_id)
      )`);
    // Days and numbers: nothing of who came.
    await db.query(`
      create table channel_visit (
        channel_link_id uuid not null references channel_link,
        day date not null,
        visits integer not null check (visits > 0),
        primary key (channel_link_id, day)
      )`);
    await db.query(`alter table application add column channel_link_id uuid`);
    await db.query(`
      alter table application add constraint application_channel_of_its_call
      foreign key (channel_link_id, call_id) references channel_link (id, call_id)`);
    await db.query(`create index application_channel on application (channel_link_id) where channel_link_id is not null`);
  }

  private async alerts(db: QueryRunner): Promise<void> {
    await db.query(`
      create table call_alert (
        id uuid primary key,
        kind text not null check (kind in ('email', 'phone')),
        value text,
        created_at timestamptz not null,
        confirmed_at timestamptz,
        removed_at timestamptz,
        constraint call_alert_forgets_who_left check ((removed_at is null) = (value is not null))
      )`);
    await db.query(`create unique index call_alert_one_live on call_alert (kind, value) where removed_at is null`);
    await db.query(`grant delete on call_alert to alongside_app`);
    await db.query(`
      create table call_announcement (
        call_id uuid primary key references call,
        at timestamptz not null
      )`);
    await db.query(`revoke update on call_announcement from alongside_app`);
  }

  /** Every process that keeps public pages hears of each change, when it is committed. */
  private async notices(db: QueryRunner): Promise<void> {
    await db.query(`
      create function notify_public_change() returns trigger language plpgsql as $$
      begin
        perform pg_notify('public_change', '');
        return null;
      end $$`);
    for (const table of ['call', 'call_seat', 'question', 'involvement_group', 'setting']) {
      await db.query(`
        create trigger ${table}_public_change after insert or update or delete or truncate on ${table}
        for each statement execute function notify_public_change()`);
    }
    // Public pages name people who ever had a role; applicants who write their name disturb nobody.
    await db.query(`
      create function notify_public_person() returns trigger language plpgsql as $$
      begin
        if exists (select from role_assignment r where r.person_id = new.id) then
          perform pg_notify('public_change', '');
        end if;
        return null;
      end $$`);
    await db.query(`
      create trigger person_public_change after update of name on person
      for each row when (old.name is distinct from new.name) execute function notify_public_person()`);
  }
}
