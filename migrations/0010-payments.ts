import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Claims, bank details and payment runs. Who may do what to them is refused here, not only in code. */
export class Payments1700000000010 implements MigrationInterface {
  name = 'Payments1700000000010';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table bank_detail (
        id uuid primary key,
        person_id uuid not null references person,
        account_name_cipher text not null,
        sort_code_cipher text not null,
        account_number_cipher text not null,
        masked text not null,
        edited_by uuid not null references person,
        created_at timestamptz not null,
        replaced_at timestamptz
      )`);
    await db.query(`create unique index bank_detail_one_current on bank_detail (person_id) where replaced_at is null`);
    // The application writes bank details and sees the last digits; only the finance role reads the rest.
    await db.query(`revoke select, update on bank_detail from alongside_app`);
    await db.query(`
      grant select (id, person_id, masked, edited_by, created_at, replaced_at), update (replaced_at)
      on bank_detail to alongside_app`);
    await db.query(`grant select on bank_detail to alongside_finance`);

    await db.query(`
      create table claim (
        id uuid primary key,
        reference text not null unique,
        person_id uuid not null references person,
        occasion_id uuid not null,
        group_id uuid not null references involvement_group,
        state text not null,
        activity_on date not null,
        minutes integer not null check (minutes > 0),
        rate_pence integer not null check (rate_pence >= 0),
        rate_unit text not null check (rate_unit in ('hour', 'session')),
        fee_pence bigint not null check (fee_pence >= 0),
        recorded_by uuid not null references person,
        answered_at timestamptz,
        approved_by uuid references person,
        approved_at timestamptz,
        paid_at timestamptz,
        created_at timestamptz not null,
        unique (person_id, occasion_id),
        foreign key (occasion_id, person_id) references attendance (occasion_id, person_id),
        check ((approved_by is not null) = (state in ('approved', 'in_run', 'released', 'exported', 'paid')))
      )`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('claim', '', 'drafted'), ('claim', 'drafted', 'claimed'), ('claim', 'drafted', 'declined'),
        ('claim', 'claimed', 'approved'), ('claim', 'approved', 'in_run'), ('claim', 'in_run', 'released'),
        ('claim', 'released', 'exported'), ('claim', 'exported', 'paid')`);
    await db.query(`
      create trigger claim_state_step before insert or update of state on claim
      for each row execute function enforce_state_step('claim')`);
    // What was agreed is frozen; only the state and who moved it change.
    await db.query(`revoke update on claim from alongside_app`);
    await db.query(`grant update (state, answered_at, approved_by, approved_at, paid_at) on claim to alongside_app`);

    await db.query(`
      create table payment_run (
        id uuid primary key,
        reference text not null unique,
        state text not null,
        built_by uuid not null references person,
        built_at timestamptz not null,
        released_by uuid references person,
        released_at timestamptz,
        exported_by uuid references person,
        exported_at timestamptz,
        paid_at timestamptz,
        file_cipher text,
        file_sha256 bytea,
        check ((released_by is not null) = (state in ('released', 'exported', 'paid'))),
        check ((file_cipher is not null) = (state in ('exported', 'paid')))
      )`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('payment_run', '', 'built'), ('payment_run', 'built', 'released'),
        ('payment_run', 'released', 'exported'), ('payment_run', 'exported', 'paid')`);
    await db.query(`
      create trigger payment_run_state_step before insert or update of state on payment_run
      for each row execute function enforce_state_step('payment_run')`);
    await db.query(`revoke select, update on payment_run from alongside_app`);
    await db.query(`
      grant select (id, reference, state, built_by, built_at, released_by, released_at, exported_by, exported_at, paid_at, file_sha256),
        update (state, released_by, released_at, paid_at)
      on payment_run to alongside_app`);
    await db.query(`
      grant select, update (state, exported_by, exported_at, file_cipher, file_sha256) on payment_run to alongside_finance`);

    await db.query(`
      create table payment_run_line (
        run_id uuid not null references payment_run,
        claim_id uuid not null unique references claim,
        bank_detail_id uuid not null references bank_detail,
        amount_pence bigint not null check (amount_pence > 0),
        primary key (run_id, claim_id)
      )`);
    await db.query(`
      create trigger payment_run_line_append_only before update or delete or truncate on payment_run_line
      for each statement execute function refuse_change()`);
    await db.query(`revoke update on payment_run_line from alongside_app`);
    // What an export needs besides the bank details: its lines, the ledger, and the audit.
    await db.query(`grant select on payment_run_line, claim, person, involvement_group, state_transition to alongside_finance`);
    await db.query(`grant update (state) on claim, commitment to alongside_finance`);
    await db.query(`grant insert on journal, posting, audit_entry to alongside_finance`);

    await db.query(`
      create function refuse_same_person(duty text, someone uuid, others uuid[]) returns void language plpgsql stable as $$
      begin
        if duty_identity(someone) in (select duty_identity(other) from unnest(others) as other where other is not null) then
          raise exception 'whoever % must be somebody else', duty
            using errcode = 'check_violation', constraint = 'separate_duties';
        end if;
      end $$`);
    await db.query(`
      create function separate_claim_duties() returns trigger language plpgsql as $$
      begin
        perform refuse_same_person('records attendance', new.recorded_by, array[new.person_id]);
        if new.recorded_by is distinct from (
          select a.recorded_by from attendance a where a.occasion_id = new.occasion_id and a.person_id = new.person_id
        ) then
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
    await db.query(`
      create trigger claim_separate_duties before insert or update of approved_by on claim
      for each row execute function separate_claim_duties()`);
    await db.query(`
      create function separate_build_duties() returns trigger language plpgsql as $$
      declare c claim; builder uuid;
      begin
        select * into c from claim where id = new.claim_id for update;
        select built_by into builder from payment_run where id = new.run_id and state = 'built' for share;
        if builder is null or c.state not in ('approved', 'in_run') or c.fee_pence <> new.amount_pence then
          raise exception 'a run takes approved claims at their amount' using errcode = 'check_violation', constraint = 'run_line_approved';
        end if;
        if not exists (select from bank_detail b where b.id = new.bank_detail_id and b.person_id = c.person_id) then
          raise exception 'a line is paid to its claimant' using errcode = 'check_violation', constraint = 'run_line_payee';
        end if;
        perform refuse_same_person('builds a run', builder, array[c.person_id, c.recorded_by, c.approved_by]);
        return new;
      end $$`);
    await db.query(`
      create trigger payment_run_line_separate_duties before insert on payment_run_line
      for each row execute function separate_build_duties()`);
    await db.query(`
      create function separate_release_duties() returns trigger language plpgsql as $$
      begin
        if (old.released_by is not null and new.released_by is distinct from old.released_by)
          or (old.file_cipher is not null and (new.file_cipher, new.file_sha256) is distinct from (old.file_cipher, old.file_sha256)) then
          raise exception 'who released a run stays, and so does its file' using errcode = 'check_violation', constraint = 'run_released_once';
        end if;
        if new.released_by is not null and old.released_by is null then
          perform refuse_same_person('releases a run', new.released_by, array[new.built_by]);
          perform refuse_same_person('releases a run', new.released_by, array[c.person_id, c.recorded_by, c.approved_by, b.edited_by])
          from payment_run_line l join claim c on c.id = l.claim_id join bank_detail b on b.id = l.bank_detail_id
          where l.run_id = new.id;
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger payment_run_separate_duties before update on payment_run
      for each row execute function separate_release_duties()`);
    // A claim goes as far as its run has gone, never further.
    await db.query(`
      create function claim_follows_its_run() returns trigger language plpgsql as $$
      begin
        if new.state in ('in_run', 'released', 'exported', 'paid') and new.state <> old.state and not exists (
          select from payment_run_line l join payment_run r on r.id = l.run_id
          where l.claim_id = new.id and r.state = case new.state when 'in_run' then 'built' else new.state end
        ) then
          raise exception 'claim % is not in a run that is %', new.id, new.state
            using errcode = 'check_violation', constraint = 'claim_follows_its_run';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger claim_follows_its_run before update of state on claim
      for each row execute function claim_follows_its_run()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table payment_run_line, payment_run, claim, bank_detail cascade`);
    await db.query(`
      drop function refuse_same_person, separate_claim_duties, separate_build_duties, separate_release_duties, claim_follows_its_run cascade`);
    await db.query(`delete from state_transition where machine in ('claim', 'payment_run')`);
  }
}
