import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Interviews in rounds; a booking that is held, agreed and confirmed, and moves without becoming another; visits at home. */
export class InterviewRounds1700000000023 implements MigrationInterface {
  name = 'InterviewRounds1700000000023';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table occasion drop constraint occasion_format_check,
        add constraint occasion_format_check check (format in ('in_person', 'phone', 'video', 'home_visit'))`);
    await this.rounds(db);
    await this.bookings(db);
    await this.endings(db);
    await this.replies(db);
  }

  private async rounds(db: QueryRunner): Promise<void> {
    await db.query(`
      create table interview_round (
        id uuid primary key,
        call_id uuid not null references call,
        number integer not null check (number between 1 and 9),
        name text not null check (length(name) between 1 and 60),
        from_on date not null,
        to_on date not null,
        formats text[] not null,
        base_minutes integer not null check (base_minutes between 10 and 240),
        break_minutes integer not null check (break_minutes between 0 and 120),
        panel_least integer not null,
        panel_most integer not null,
        created_by uuid references person,
        created_at timestamptz not null,
        version integer not null default 1,
        unique (call_id, number),
        constraint interview_round_days_in_order check (to_on >= from_on),
        constraint interview_round_formats_known check (
          cardinality(formats) > 0 and formats <@ array['in_person', 'phone', 'video', 'home_visit']),
        constraint interview_round_panel check (panel_least between 2 and panel_most and panel_most <= 4)
      )`);
    // The rooms it may use; without a row, any.
    await db.query(`
      create table round_room (
        round_id uuid not null references interview_round,
        room_id uuid not null references resource,
        primary key (round_id, room_id)
      )`);
    await db.query(`grant delete on round_room to alongside_app`);
    // Everybody who is shortlisted is in the first round; the leads choose who is in a later one.
    await db.query(`
      create table round_applicant (
        round_id uuid not null references interview_round,
        application_id uuid not null references application,
        chosen_by uuid not null references person,
        chosen_at timestamptz not null,
        primary key (round_id, application_id)
      )`);
    await db.query(`revoke update on round_applicant from alongside_app`);
    await db.query(`create index round_applicant_application on round_applicant (application_id)`);
    await db.query(`
      create view application_round as
      select a.id as application_id, r.id as round_id, r.number
      from application a cross join lateral (
        select r.id, r.number from interview_round r where r.call_id = a.call_id and (r.number = 1 or exists (
          select from round_applicant x where x.round_id = r.id and x.application_id = a.id))
        order by r.number desc limit 1) r`);
    // Calls that were published before keep the panels they had.
    await db.query(`
      insert into interview_round (id, call_id, number, name, from_on, to_on, formats, base_minutes, break_minutes, panel_least, panel_most, created_at)
      select gen_random_uuid(), c.id, 1, 'First interviews', c.interviews_from, c.interviews_to, array['in_person', 'phone', 'video'], 40, 15, 2, 4,
        coalesce(c.published_at, c.created_at)
      from call c where c.published_at is not null or exists (select from slot s where s.call_id = c.id)`);
    await db.query(`alter table slot add column round_id uuid references interview_round`);
    await db.query(`update slot s set round_id = r.id from interview_round r where r.call_id = s.call_id and r.number = 1`);
    await db.query(`alter table slot alter column round_id set not null, add constraint slot_of_its_round unique (id, round_id)`);
    await db.query(`create index slot_round on slot (round_id)`);
  }

  private async bookings(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table booking add column round_id uuid,
        add column placed_by uuid references person,
        add column agreed_at timestamptz,
        add column agree_by date,
        add column reminded_at timestamptz,
        add column confirmed_at timestamptz,
        add column sequence integer not null default 0 check (sequence >= 0)`);
    await db.query(`update booking b set round_id = s.round_id, agreed_at = b.booked_at from slot s where s.id = b.slot_id`);
    // What is essential for somebody there, or for somebody on the panel that day, is not booked yet.
    await db.query(`
      create function interview_waits(person uuid, occasion uuid) returns boolean stable language sql as $$
        select exists (
          select from arrangement x where x.person_id = $1 and x.occasion_id = $2 and x.essential
          and x.state not in ('booked', 'told', 'delivered', 'partly', 'feedback', 'withdrawn')
        ) or exists (
          select from slot s join slot_panel p on p.slot_id = s.id join occasion o on o.id = s.occasion_id
          join arrangement x on x.person_id = p.person_id and x.call_id = s.call_id and x.essential
            and x.sitting_on = (o.starts_at at time zone 'Europe/London')::date
          where s.occasion_id = $2 and x.state not in ('booked', 'told', 'delivered', 'partly', 'feedback', 'withdrawn'))
      $$`);
    await db.query(`
      update booking b set confirmed_at = b.booked_at from slot s, application a
      where s.id = b.slot_id and a.id = b.application_id and b.state = 'live' and not interview_waits(a.person_id, s.occasion_id)`);
    await db.query(`
      create function confirmed_when_arranged() returns trigger language plpgsql as $$
      begin
        if new.confirmed_at is not null and exists (
          select from slot s, application a where s.id = new.slot_id and a.id = new.application_id and interview_waits(a.person_id, s.occasion_id)
        ) then
          raise exception 'an interview is confirmed when everything essential for it is booked'
            using errcode = 'check_violation', constraint = 'booking_confirmed_when_arranged';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger booking_confirmed before insert or update of confirmed_at, slot_id on booking
      for each row execute function confirmed_when_arranged()`);
    await db.query(`
      alter table booking alter column round_id set not null,
        add constraint booking_round_of_its_slot foreign key (slot_id, round_id) references slot (id, round_id),
        add constraint booking_agreed_or_held check (agreed_at is not null or (agree_by is not null and placed_by is not null)),
        add constraint booking_confirmed_when_agreed check (confirmed_at is null or agreed_at is not null)`);
    await db.query(`drop index booking_one_an_application`);
    await db.query(`create unique index booking_one_a_round on booking (application_id, round_id) where state = 'live'`);
    await db.query(`create index booking_held on booking (agree_by) where state = 'live' and agreed_at is null`);
  }

  /** How an interview ended, and what it costs the council to cancel late. */
  private async endings(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table booking
        add column late_minutes integer check (late_minutes between 1 and 120),
        add column late_said_at timestamptz,
        add column cancelled_by uuid references person,
        add column cancel_cause text check (cancel_cause in ('resident', 'council', 'expired', 'not_held', 'ended')),
        add column cancel_reason text check (length(cancel_reason) between 1 and 600),
        add column late_percent integer check (late_percent between 1 and 100),
        add constraint booking_cause_when_cancelled check (cancel_cause is null or state = 'cancelled'),
        add constraint booking_late_by_somebody check (late_percent is null or (state = 'cancelled' and cancelled_by is not null and agreed_at is not null))`);
    await db.query(`
      create table interview_outcome (
        booking_id uuid primary key references booking,
        outcome text not null check (outcome in ('ready', 'another', 'not_held_ours', 'not_held_theirs')),
        recorded_by uuid not null references person,
        recorded_at timestamptz not null
      )`);
    await db.query(`revoke update on interview_outcome from alongside_app`);
    // Somebody whose time the council cancelled late is paid as interpreters are, with no attendance to start from.
    await db.query(`
      alter table claim add column basis text not null default 'attendance' check (basis in ('attendance', 'late_cancellation'))`);
    await this.claimDuties(db, `
      case new.basis when 'late_cancellation' then (
        select b.cancelled_by from booking b join slot s on s.id = b.slot_id join application p on p.id = b.application_id
        where s.occasion_id = new.occasion_id and p.person_id = new.person_id and b.late_percent is not null order by b.cancelled_at desc limit 1)
      else (select a.recorded_by from attendance a where a.occasion_id = new.occasion_id and a.person_id = new.person_id) end`);
  }

  private async claimDuties(db: QueryRunner, recorder: string): Promise<void> {
    await db.query(`
      create or replace function separate_claim_duties() returns trigger language plpgsql as $$
      begin
        perform refuse_same_person('records attendance', new.recorded_by, array[new.person_id]);
        if new.recorded_by is distinct from (${recorder}) then
          raise exception 'a claim names who recorded the attendance'
            using errcode = 'check_violation', constraint = 'claim_from_attendance';
        end if;
        if tg_op = 'UPDATE' and old.approved_by is not null and new.approved_by is distinct from old.approved_by then
          raise exception 'who approved a claim stays' using errcode = 'check_violation', constraint = 'claim_approved_once';
        end if;
        if new.approved_by is not null then
          perform refuse_same_person('approves', new.approved_by, array[new.person_id, new.recorded_by]);
        end if;
        return new;
      end $$`);
  }

  /** What came in by text, and which times a text offered by number. */
  private async replies(db: QueryRunner): Promise<void> {
    await db.query(`
      create table text_reply (
        id uuid primary key,
        provider_id text unique check (length(provider_id) between 1 and 200),
        number text not null check (length(number) between 3 and 40),
        words text not null check (length(words) <= 2000),
        received_at timestamptz not null,
        entered_by uuid references person,
        booking_id uuid references booking,
        application_id uuid references application,
        -- What it did; without it, a person reads it.
        did text check (did in ('agreed', 'none_suit', 'chose', 'call_back', 'late', 'stop')),
        why_not text check (length(why_not) <= 300),
        handled_by uuid references person,
        handled_at timestamptz,
        check ((handled_by is null) = (handled_at is null))
      )`);
    await db.query(`create index text_reply_open on text_reply (received_at) where did is null and handled_at is null`);
    await db.query(`
      create table offered_time (
        application_id uuid not null references application,
        position integer not null check (position between 1 and 9),
        slot_id uuid not null references slot,
        offered_at timestamptz not null,
        primary key (application_id, position)
      )`);
    await db.query(`grant delete on offered_time to alongside_app`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table offered_time, text_reply, interview_outcome`);
    await this.claimDuties(db, `select a.recorded_by from attendance a where a.occasion_id = new.occasion_id and a.person_id = new.person_id`);
    await db.query(`alter table claim drop column basis`);
    await db.query(`
      alter table booking drop column late_minutes, drop column late_said_at, drop column cancelled_by, drop column cancel_cause,
        drop column cancel_reason, drop column late_percent`);
    await db.query(`
      update booking b set state = 'cancelled', cancelled_at = b.booked_at where state = 'live' and exists (
        select from booking o where o.application_id = b.application_id and o.state = 'live' and o.booked_at > b.booked_at)`);
    await db.query(`drop trigger booking_confirmed on booking`);
    await db.query(`drop function confirmed_when_arranged, interview_waits`);
    await db.query(`drop index booking_held, booking_one_a_round`);
    await db.query(`create unique index booking_one_an_application on booking (application_id) where state = 'live'`);
    await db.query(`
      alter table booking drop constraint booking_round_of_its_slot, drop column round_id, drop column placed_by, drop column agreed_at,
        drop column agree_by, drop column reminded_at, drop column confirmed_at, drop column sequence`);
    await db.query(`alter table slot drop constraint slot_of_its_round, drop column round_id`);
    await db.query(`drop view application_round`);
    await db.query(`drop table round_applicant, round_room, interview_round`);
    await db.query(`update occasion set format = 'video' where format = 'home_visit'`);
    await db.query(`
      alter table occasion drop constraint occasion_format_check,
        add constraint occasion_format_check check (format in ('in_person', 'phone', 'video'))`);
  }
}
