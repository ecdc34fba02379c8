import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Open calls and their questions. */
export class Calls1700000000007 implements MigrationInterface {
  name = 'Calls1700000000007';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table call (
        id uuid primary key,
        slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
        group_id uuid not null references involvement_group,
        state text not null,
        title text not null,
        short_name text not null check (length(short_name) <= 18),
        reference_prefix text not null check (reference_prefix ~ '^[A-Z]{2,6}$'),
        summary text not null,
        what_you_would_do text not null,
        who_we_are_looking_for text not null,
        time_commitment text not null,
        rate_pence integer not null check (rate_pence >= 0),
        rate_unit text not null check (rate_unit in ('hour', 'session')),
        payment_notes text,
        opens_at timestamptz not null,
        closes_at timestamptz not null,
        interviews_from date not null,
        interviews_to date not null,
        first_meeting_on date not null,
        published_at timestamptz,
        published_by uuid references person,
        co_decided_by uuid references person,
        closed_early_at timestamptz,
        cancelled_at timestamptz,
        cancellation_reason text,
        created_by uuid references person,
        created_at timestamptz not null,
        version integer not null default 1,
        constraint call_dates_in_order check (
          closes_at > opens_at and interviews_from >= (closes_at at time zone 'Europe/London')::date
          and interviews_to >= interviews_from and first_meeting_on >= interviews_to),
        constraint call_published_with_a_resident check (
          published_at is null or (published_by is not null and co_decided_by is not null and co_decided_by <> published_by)),
        constraint call_published_state check ((state = 'draft') = (published_at is null) or state = 'cancelled'),
        constraint call_cancelled_with_a_reason check ((state = 'cancelled') = (cancelled_at is not null and cancellation_reason is not null))
      )`);
    await db.query(`create index call_public on call (closes_at) where state = 'published'`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('call', '', 'draft'), ('call', 'draft', 'published'), ('call', 'draft', 'cancelled'), ('call', 'published', 'cancelled')`);
    await db.query(`
      create trigger call_state_step before insert or update of state on call
      for each row execute function enforce_state_step('call')`);
    await db.query(`
      create table call_seat (
        call_id uuid not null references call,
        kind text not null check (kind in ('disabled_resident', 'resident', 'councillor', 'officer', 'organisation')),
        places integer not null check (places between 1 and 99),
        primary key (call_id, kind)
      )`);
    await db.query(`
      create table question (
        id uuid primary key,
        call_id uuid not null references call,
        position integer not null,
        text text not null,
        help text,
        word_limit integer not null check (word_limit between 10 and 2000),
        required boolean not null default true,
        unique (call_id, position) deferrable initially deferred
      )`);
    await db.query(`grant delete on call_seat, question to alongside_app`);
    await db.query(`alter table arrangement add foreign key (call_id) references call`);
    await db.query(`grant select on call, call_seat, question to alongside_reader`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table question, call_seat, call cascade`);
    await db.query(`delete from state_transition where machine = 'call'`);
  }
}
