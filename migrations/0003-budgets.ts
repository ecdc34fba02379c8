import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A double-entry ledger that only the database moves. All amounts are pence. */
export class Budgets1700000000003 implements MigrationInterface {
  name = 'Budgets1700000000003';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table budget_line (
        id uuid primary key,
        name text not null,
        financial_year text not null check (financial_year ~ '^\\d{4}/\\d{2}$'),
        funder text not null,
        cost_code text not null,
        created_at timestamptz not null
      )`);
    await db.query(`
      create table account (
        id uuid primary key,
        budget_line_id uuid not null references budget_line,
        kind text not null check (kind in ('external', 'allocation', 'commitment', 'actual')),
        balance_pence bigint not null default 0,
        unique (budget_line_id, kind),
        constraint account_not_overdrawn check (kind = 'external' or balance_pence >= 0)
      )`);
    // Balances move by postings alone.
    await db.query(`revoke insert, update on account from alongside_app`);
    await db.query(`grant insert (id, budget_line_id, kind) on account to alongside_app`);

    await db.query(`
      create table journal (
        id uuid primary key,
        idempotency_key text not null unique,
        kind text not null check (kind in ('allocate', 'commit', 'release', 'overspend', 'spend')),
        actor_id uuid references person,
        at timestamptz not null
      )`);
    await db.query(`
      create table posting (
        id uuid primary key,
        journal_id uuid not null references journal,
        account_id uuid not null references account,
        amount_pence bigint not null check (amount_pence <> 0)
      )`);
    await db.query(`create index posting_journal on posting (journal_id)`);
    await db.query(`create index posting_account on posting (account_id)`);
    for (const table of ['journal', 'posting']) {
      await db.query(`
        create trigger ${table}_append_only before update or delete or truncate on ${table}
        for each statement execute function refuse_change()`);
      await db.query(`revoke update on ${table} from alongside_app`);
    }
    await db.query(`
      create function move_balance() returns trigger language plpgsql security definer set search_path = public as $$
      begin
        update account set balance_pence = balance_pence + new.amount_pence where id = new.account_id;
        return new;
      end $$`);
    await db.query(`create trigger posting_moves_balance after insert on posting for each row execute function move_balance()`);
    await db.query(`
      create function journal_sums_to_zero() returns trigger language plpgsql as $$
      begin
        if (select sum(amount_pence) from posting where journal_id = new.journal_id) <> 0 then
          raise exception 'journal % does not sum to zero', new.journal_id
            using errcode = 'check_violation', constraint = 'journal_sums_to_zero';
        end if;
        return null;
      end $$`);
    await db.query(`
      create constraint trigger journal_sums_to_zero after insert on posting
      deferrable initially deferred for each row execute function journal_sums_to_zero()`);

    await db.query(`create index journal_overspend on journal (id) where kind = 'overspend'`);

    // Whoever moves money of a line waits here for whoever came first. Gives what its allocation account holds.
    await db.query(`
      create function allocation_under_lock(line uuid) returns bigint language sql security definer set search_path = public as $$
        select balance_pence from account where budget_line_id = line and kind = 'allocation' for update
      $$`);
    // Work that was done is paid, even beyond the allocation: an overspend shows as less than nothing left.
    await db.query(`
      create view budget_balance as
      select a.budget_line_id,
        -sum(a.balance_pence) filter (where a.kind = 'external') - coalesce(o.pence, 0) as allocated_pence,
        sum(a.balance_pence) filter (where a.kind = 'actual') as spent_pence,
        sum(a.balance_pence) filter (where a.kind = 'commitment') as committed_pence,
        sum(a.balance_pence) filter (where a.kind = 'allocation') - coalesce(o.pence, 0) as left_pence
      from account a
      left join (
        select x.budget_line_id, sum(p.amount_pence) as pence
        from journal j join posting p on p.journal_id = j.id join account x on x.id = p.account_id
        where j.kind = 'overspend' and x.kind = 'allocation' group by x.budget_line_id
      ) o on o.budget_line_id = a.budget_line_id
      group by a.budget_line_id, o.pence`);

    // Money set aside for one person at one occasion.
    await db.query(`
      create table commitment (
        id uuid primary key,
        budget_line_id uuid not null references budget_line,
        person_id uuid not null references person,
        occasion_id uuid not null,
        amount_pence bigint not null check (amount_pence > 0),
        state text not null,
        created_at timestamptz not null,
        unique (person_id, occasion_id)
      )`);
    await db.query(`
      insert into state_transition (machine, from_state, to_state) values
        ('commitment', '', 'open'), ('commitment', 'open', 'released'), ('commitment', 'open', 'spent')`);
    await db.query(`
      create trigger commitment_state_step before insert or update of state on commitment
      for each row execute function enforce_state_step('commitment')`);
    await db.query(`grant select on budget_line, account, journal, posting, commitment, budget_balance to alongside_finance, alongside_reader`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop view budget_balance`);
    await db.query(`drop table commitment, posting, journal, account, budget_line cascade`);
    await db.query(`drop function move_balance, journal_sums_to_zero, allocation_under_lock cascade`);
    await db.query(`delete from state_transition where machine = 'commitment'`);
  }
}
