import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages: one recipient, one channel, one dedupe key. */
export class Notifications1700000000011 implements MigrationInterface {
  name = 'Notifications1700000000011';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table message (
        id uuid primary key,
        dedupe_key text not null unique,
        outbox_id uuid not null references outbox,
        template text not null,
        payload jsonb not null,
        person_id uuid references person,
        channel text not null check (channel in ('email', 'text')),
        address text not null,
        state text not null,
        attempts integer not null default 0,
        created_at timestamptz not null,
        next_attempt_at timestamptz not null,
        give_up_at timestamptz not null,
        lease_until timestamptz,
        handed_over_at timestamptz,
        sent_at timestamptz,
        provider_reference text,
        last_error text,
        check ((state = 'sending') = (lease_until is not null)),
        check ((state = 'sent') = (sent_at is not null))
      )`);
    await db.query(`create index message_due on message (id) where state = 'pending'`);
    await db.query(`create index message_in_hand on message (address) where state = 'sending'`);
    await db.query(`create index message_to_mend on message (state, id) where state in ('uncertain', 'failed')`);
    await db.query(`create index message_person on message (person_id, created_at)`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('message', '', 'pending'), ('message', 'pending', 'sending'),
        ('message', 'sending', 'sent'), ('message', 'sending', 'pending'), ('message', 'sending', 'cancelled'),
        ('message', 'sending', 'failed'), ('message', 'sending', 'uncertain'),
        ('message', 'uncertain', 'sent'), ('message', 'uncertain', 'pending'),
        ('message', 'failed', 'sent'), ('message', 'failed', 'pending')`);
    await db.query(`
      create trigger message_state_step before insert or update of state on message
      for each row execute function enforce_state_step('message')`);

    await db.query(`create index audit_entry_unreachable on audit_entry (subject_id) where action = 'message.unreachable'`);

    // Where messages go when no provider is set up; a second delivery of one message changes nothing.
    await db.query(`
      create table demo_mailbox (
        message_id uuid primary key,
        position bigint generated always as identity,
        channel text not null,
        address text not null,
        subject text,
        body text not null,
        received_at timestamptz not null
      )`);
    await db.query(`create index demo_mailbox_order on demo_mailbox (position)`);
    await db.query(`create index demo_mailbox_address on demo_mailbox (address, position)`);
    await db.query(`revoke update on demo_mailbox from alongside_app`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop index audit_entry_unreachable`);
    await db.query(`drop table demo_mailbox, message cascade`);
    await db.query(`delete from state_transition where machine = 'message'`);
  }
}
