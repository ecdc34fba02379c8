import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rooms say what they have; interpreters can be held for a call; suppliers, what they cost and when they come; dates that leave little time. */
export class Arranging1700000000022 implements MigrationInterface {
  name = 'Arranging1700000000022';

  async up(db: QueryRunner): Promise<void> {
    await this.resources(db);
    await this.holds(db);
    await this.agreements(db);
    await this.suppliers(db);
    await this.bookings(db);
  }

  private async resources(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table resource
        add column features text[] not null default '{}',
        add column skills text[] not null default '{}',
        add constraint resource_features_of_rooms check (kind = 'room' or features = '{}'),
        add constraint resource_skills_of_interpreters check ((kind = 'interpreter') = (skills <> '{}'))`);
  }

  private async holds(db: QueryRunner): Promise<void> {
    // On whose account an occasion takes what it takes: its call, its group, or itself.
    await db.query(`alter table occasion add column holder_id uuid`);
    await db.query(`update occasion o set holder_id = s.call_id from slot s where s.occasion_id = o.id`);
    await db.query(`update occasion o set holder_id = m.group_id from meeting m where m.occasion_id = o.id`);
    await db.query(`
      alter table reservation
        alter column occasion_id drop not null,
        add column holder_id uuid,
        add constraint reservation_hold_is_firm check (occasion_id is not null or firm)`);
    await db.query(`
      update reservation r set holder_id = coalesce(o.holder_id, o.id) from occasion o where o.id = r.occasion_id`);
    await db.query(`alter table reservation alter column holder_id set not null`);
    // Whoever names another holder for an occasion is not believed.
    await db.query(`
      create function reservation_holder() returns trigger language plpgsql as $$
      begin
        if new.occasion_id is not null then
          select coalesce(o.holder_id, o.id) into new.holder_id from occasion o where o.id = new.occasion_id;
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger reservation_holder before insert or update of occasion_id, holder_id on reservation
      for each row execute function reservation_holder()`);
    // One place at a time; what is held for a call is nobody else's, but its own interviews may take it; and it is held once.
    await db.query(`
      alter table reservation
        drop constraint reservation_no_overlap,
        add constraint reservation_no_overlap exclude using gist (resource_id with =, during with &&)
          where (firm and released_at is null and occasion_id is not null)`);
    await db.query(`
      alter table reservation add constraint reservation_held_by_another
        exclude using gist (resource_id with =, during with &&, holder_id with <>) where (firm and released_at is null)`);
    await db.query(`
      alter table reservation add constraint reservation_held_once
        exclude using gist (resource_id with =, during with &&) where (released_at is null and occasion_id is null)`);
    // Where nobody is held for a call, its checklist says why.
    await db.query(`alter table call_gate_pass add column without text check (without in ('no_interviews', 'none_to_be_had'))`);
    await db.query(`create index reservation_holds on reservation (holder_id) where released_at is null and occasion_id is null`);
  }

  /** A date that leaves somebody less time than arranging takes: everybody concerned said yes to it, and can say that they did not. */
  private async agreements(db: QueryRunner): Promise<void> {
    await db.query(`
      create table date_agreement (
        id uuid primary key,
        occasion_id uuid not null references occasion,
        person_id uuid not null references person,
        reason text not null check (length(reason) between 1 and 1000),
        spoke_on date not null,
        recorded_by uuid not null references person,
        recorded_at timestamptz not null,
        denied_at timestamptz,
        settled_by uuid references person,
        settled_at timestamptz,
        constraint date_agreement_of_somebody_else check (recorded_by <> person_id),
        check ((settled_by is null) = (settled_at is null) and (settled_at is null or denied_at is not null))
      )`);
    await db.query(`create unique index date_agreement_once on date_agreement (occasion_id, person_id)`);
    await db.query(`create index date_agreement_person on date_agreement (person_id)`);
    await db.query(`create index date_agreement_denied on date_agreement (denied_at) where denied_at is not null and settled_at is null`);
  }

  private async suppliers(db: QueryRunner): Promise<void> {
    await db.query(`
      create table supplier (
        id uuid primary key,
        kind text not null check (kind in ('agency', 'person')),
        name text not null check (length(name) between 1 and 200),
        -- Kinds of adjustment they can see to.
        skills text[] not null check (skills <> '{}'),
        about text check (length(about) <= 1000),
        agency_id uuid references supplier,
        -- Somebody who interprets is in one place at a time; an agency sends whom it has.
        resource_id uuid unique references resource,
        registration_body text check (length(registration_body) <= 200),
        registration_number text check (length(registration_number) <= 60),
        registration_checked_on date,
        email text check (length(email) <= 254),
        phone text check (length(phone) <= 30),
        -- Cancelled so many days before or fewer, they are paid so much.
        part_fee_percent integer not null check (part_fee_percent between 0 and 100),
        part_fee_days integer not null check (part_fee_days between 0 and 365),
        full_fee_days integer not null check (full_fee_days between 0 and 365),
        pack_days integer not null check (pack_days between 0 and 60),
        created_by uuid references person,
        created_at timestamptz not null,
        ended_at timestamptz,
        version integer not null default 1,
        constraint supplier_agency_has_no_agency check (kind = 'person' or (agency_id is null and resource_id is null)),
        constraint supplier_part_before_full check (part_fee_days >= full_fee_days),
        check (registration_number is null or registration_body is not null)
      )`);
    await db.query(`
      create table supplier_rate (
        id uuid primary key,
        supplier_id uuid not null references supplier,
        from_on date not null,
        pence integer not null check (pence > 0),
        unit text not null check (unit in ('hour', 'half_day', 'day')),
        created_by uuid references person,
        created_at timestamptz not null,
        constraint supplier_rate_one_a_day unique (supplier_id, from_on)
      )`);
    await db.query(`revoke update on supplier_rate from alongside_app`);
  }

  /** Whoever comes for one arrangement, what it costs, and what is owed when it is not needed any more. */
  private async bookings(db: QueryRunner): Promise<void> {
    await db.query(`alter table arrangement add foreign key (supplier_id) references supplier`);
    await db.query(`
      create table supplier_booking (
        id uuid primary key,
        arrangement_id uuid not null references arrangement,
        supplier_id uuid not null references supplier,
        occasion_id uuid references occasion,
        for_on date not null,
        budget_line_id uuid references budget_line,
        expected_pence integer check (expected_pence >= 0),
        actual_pence integer check (actual_pence >= 0),
        actual_by uuid references person,
        booked_by uuid references person,
        booked_at timestamptz not null,
        -- They know that they are to come; that they are not.
        told_at timestamptz,
        released_at timestamptz,
        release_told_at timestamptz,
        fee_percent integer check (fee_percent between 0 and 100),
        check ((released_at is null) = (fee_percent is null)),
        check (release_told_at is null or released_at is not null),
        check ((actual_pence is null) = (actual_by is null))
      )`);
    await db.query(`create unique index supplier_booking_once on supplier_booking (arrangement_id, supplier_id) where released_at is null`);
    await db.query(`create index supplier_booking_supplier on supplier_booking (supplier_id, for_on)`);
    await db.query(`create index supplier_booking_occasion on supplier_booking (occasion_id) where occasion_id is not null`);
    await db.query(`
      create table arrangement_note (
        id uuid primary key,
        arrangement_id uuid not null references arrangement,
        text text not null check (length(text) between 1 and 2000),
        written_by uuid not null references person,
        written_at timestamptz not null,
        done_by uuid references person,
        done_at timestamptz,
        check ((done_by is null) = (done_at is null))
      )`);
    await db.query(`create index arrangement_note_open on arrangement_note (arrangement_id) where done_at is null`);
    // Whom somebody does not want is not booked for them, whoever asks.
    await db.query(`
      create function supplier_not_refused() returns trigger language plpgsql security definer set search_path = public as $$
      begin
        if exists (select from arrangement a join interpreter_wish w on w.need_id = a.need_id join supplier s on s.id = new.supplier_id
          where a.id = new.arrangement_id and w.wish = 'refuse' and w.removed_at is null
            and (w.resource_id = s.resource_id or lower(w.name) = lower(s.name))) then
          raise exception 'this person does not want that supplier' using errcode = 'check_violation', constraint = 'supplier_booking_not_refused';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger supplier_booking_not_refused before insert or update of supplier_id, arrangement_id on supplier_booking
      for each row execute function supplier_not_refused()`);
    // What it costs, for those who pay: never for whom, nor what it is.
    await db.query(`
      create view access_cost as
      select b.id, b.budget_line_id, b.for_on, b.expected_pence, b.actual_pence, b.released_at is not null as released,
        case when b.released_at is not null then round(b.expected_pence * b.fee_percent / 100.0)::int else b.expected_pence end as due_pence
      from supplier_booking b`);
    await db.query(`grant select on access_cost to alongside_payer, alongside_finance`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop view access_cost`);
    await db.query(`drop table arrangement_note, supplier_booking`);
    await db.query(`drop function supplier_not_refused`);
    await db.query(`alter table arrangement drop constraint arrangement_supplier_id_fkey`);
    await db.query(`update arrangement set supplier_id = null`);
    await db.query(`drop table supplier_rate, supplier, date_agreement`);
    await db.query(`alter table call_gate_pass drop column without`);
    await db.query(`drop trigger reservation_holder on reservation`);
    await db.query(`drop function reservation_holder`);
    await db.query(`delete from reservation where occasion_id is null`);
    await db.query(`
      alter table reservation
        drop constraint reservation_held_once,
        drop constraint reservation_held_by_another,
        drop constraint reservation_no_overlap,
        drop constraint reservation_hold_is_firm,
        drop column holder_id,
        alter column occasion_id set not null,
        add constraint reservation_no_overlap exclude using gist (resource_id with =, during with &&) where (firm and released_at is null)`);
    await db.query(`alter table occasion drop column holder_id`);
    await db.query(`
      alter table resource drop constraint resource_features_of_rooms, drop constraint resource_skills_of_interpreters,
        drop column features, drop column skills`);
  }
}
