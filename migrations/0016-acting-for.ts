import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Helping somebody: staff who enter for them, supporters they chose, and calls and letters as ways to reach them. */
export class ActingFor1700000000016 implements MigrationInterface {
  name = 'ActingFor1700000000016';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table supporter (
        id uuid primary key,
        person_id uuid not null references person,
        supporter_id uuid not null references person,
        name text not null check (length(name) between 1 and 200),
        scope text[] not null check (cardinality(scope) > 0 and scope <@ array['apply', 'interviews', 'messages']),
        consented_at timestamptz not null,
        consent_channel text not null check (consent_channel in ('web', 'phone', 'in_person', 'post')),
        consent_recorded_by uuid not null references person,
        from_on date not null,
        ends_on date not null,
        ended_at timestamptz,
        ended_by uuid references person,
        constraint supporter_somebody_else check (person_id <> supporter_id),
        constraint supporter_consent_of_the_person check ((consent_channel = 'web') = (consent_recorded_by = person_id)),
        constraint supporter_not_their_own_witness check (consent_recorded_by <> supporter_id),
        check (ends_on >= from_on),
        check ((ended_at is null) = (ended_by is null))
      )`);
    await db.query(`create unique index supporter_one_live on supporter (person_id, supporter_id) where ended_at is null`);
    await db.query(`create index supporter_of on supporter (supporter_id) where ended_at is null`);

    await db.query(`
      alter table session add column acting_for uuid references person,
        add column acting_channel text check (acting_channel in ('phone', 'in_person', 'post', 'web')),
        add column acting_since timestamptz,
        add constraint session_acting_whole check (num_nulls(acting_for, acting_channel, acting_since) in (0, 3)),
        add constraint session_acting_for_another check (acting_for <> person_id)`);

    // A household has one door and often one telephone; nobody signs in with either.
    await db.query(`alter table contact_point drop constraint contact_point_kind_check,
      add constraint contact_point_kind_check check (kind in ('email', 'phone', 'call', 'post'))`);
    await db.query(`drop index contact_point_one_owner`);
    await db.query(`
      create unique index contact_point_one_owner on contact_point (kind, value)
      where verified_at is not null and not shared and removed_at is null and kind in ('email', 'phone')`);
    await db.query(`create index contact_point_value on contact_point (value) where removed_at is null`);
    await db.query(`create index person_name on person (lower(name))`);

    // Existing applications came in by the web.
    await db.query(`
      alter table application add column read_back_at timestamptz,
        add column read_back_by uuid references person,
        add column received_on date,
        add constraint application_read_back_whole check ((read_back_at is null) = (read_back_by is null)),
        add constraint application_read_back_when_entered check (
          submitted_at is null or case when channel in ('phone', 'in_person') then read_back_at is not null
            when channel = 'post' then received_on is not null else true end)`);

    await db.query(`
      create table needs_call_back (
        id uuid primary key,
        person_id uuid not null references person,
        asked_by uuid not null references person,
        asked_at timestamptz not null,
        done_by uuid references person,
        done_at timestamptz,
        check ((done_at is null) = (done_by is null))
      )`);
    await db.query(`create unique index needs_call_back_one_open on needs_call_back (person_id) where done_at is null`);

    // A call or a letter waits for a person; nothing sends it by itself.
    await db.query(`alter table message drop constraint message_channel_check,
      add constraint message_channel_check check (channel in ('email', 'text', 'call', 'letter')),
      add column copy_for uuid references person,
      add column last_tried_at timestamptz`);
    await db.query(`create index message_to_tell on message (person_id, id) where state = 'pending' and channel in ('call', 'letter')`);
    await db.query(`create index audit_entry_helped on audit_entry (on_behalf_of_id, at) where on_behalf_of_id is not null`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop index audit_entry_helped, message_to_tell, person_name, contact_point_value, contact_point_one_owner`);
    await db.query(`delete from message where channel in ('call', 'letter') or copy_for is not null`);
    await db.query(`alter table message drop column last_tried_at, drop column copy_for, drop constraint message_channel_check,
      add constraint message_channel_check check (channel in ('email', 'text'))`);
    await db.query(`drop table needs_call_back`);
    await db.query(`alter table application drop column read_back_at, drop column read_back_by, drop column received_on`);
    await db.query(`update contact_point set kind = 'post', preferred = false where kind = 'call'`);
    await db.query(`update contact_point set shared = true where kind = 'post'`);
    await db.query(`alter table contact_point drop constraint contact_point_kind_check,
      add constraint contact_point_kind_check check (kind in ('email', 'phone', 'post'))`);
    await db.query(`create unique index contact_point_one_owner on contact_point (kind, value)
      where verified_at is not null and not shared and removed_at is null`);
    await db.query(`alter table session drop column acting_for, drop column acting_channel, drop column acting_since`);
    await db.query(`drop table supporter`);
  }
}
