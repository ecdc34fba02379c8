import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What we did not provide is never somebody's not coming; a refusal holds nobody's interview up; one move is one change in a calendar. */
export class NeverANoShow1700000000027 implements MigrationInterface {
  name = 'NeverANoShow1700000000027';

  async up(db: QueryRunner): Promise<void> {
    // "I come all the same": said of one refusal, for what it was asked for. Asking again takes it back.
    await db.query(`
      alter table arrangement_refusal add column comes_anyway_at timestamptz,
        add constraint arrangement_refusal_comes_when_agreed check (comes_anyway_at is null or agreed_at is not null)`);
    await db.query(`
      create function comes_without(arrangement uuid) returns boolean stable language sql as $$
        select exists (
          select from arrangement a join arrangement_refusal r on r.arrangement_id = a.id
          where a.id = $1 and a.state = 'declined' and r.agreed_at is not null and r.appealed_at is null and r.comes_anyway_at is not null)
      $$`);
    await waits(db, ` and not comes_without(x.id)`);
    await theirAbsence(db, ` or (a.state = 'declined' and not comes_without(a.id))`);
    await db.query(`
      create function outcome_is_theirs() returns trigger language plpgsql as $$
      begin
        if new.outcome = 'not_held_theirs' and exists (
          select from booking b join slot s on s.id = b.slot_id join application a on a.id = b.application_id
          where b.id = new.booking_id and not_their_absence(s.occasion_id, a.person_id)) then
          raise exception 'what was not there is never somebody’s not coming' using errcode = 'check_violation', constraint = 'interview_outcome_is_theirs';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger interview_outcome_theirs before insert or update on interview_outcome
      for each row execute function outcome_is_theirs()`);
    // Somebody who leaves a time that is taken back is moved once: the booking itself counts that.
    await raises(db, '(new.starts_at, new.ends_at, new.format, new.room_id, new.joining_details) is distinct from (old.starts_at, old.ends_at, old.format, old.room_id, old.joining_details)');
    // Rounds of calls that were published before there were rounds are as long as the times that were made for them.
    await db.query(`
      update interview_round r set base_minutes = t.minutes from (
        select s.round_id, (extract(epoch from min(o.ends_at - o.starts_at)) / 60)::int as minutes
        from slot s join occasion o on o.id = s.occasion_id where s.removed_at is null group by s.round_id) t
      where t.round_id = r.id and t.minutes between 10 and r.base_minutes - 1`);
  }

  async down(db: QueryRunner): Promise<void> {
    await raises(db, 'true');
    await db.query(`drop trigger interview_outcome_theirs on interview_outcome`);
    await db.query(`drop function outcome_is_theirs`);
    await theirAbsence(db, '');
    await waits(db, '');
    await db.query(`drop function comes_without`);
    await db.query(`alter table arrangement_refusal drop column comes_anyway_at`);
  }
}

async function waits(db: QueryRunner, unless: string): Promise<void> {
  await db.query(`
    create or replace function interview_waits(person uuid, occasion uuid) returns boolean stable language sql as $$
      select exists (
        select from arrangement x where x.person_id = $1 and x.occasion_id = $2 and x.essential
        and x.state not in ('booked', 'told', 'delivered', 'partly', 'feedback', 'withdrawn')${unless}
      ) or exists (
        select from slot s join slot_panel p on p.slot_id = s.id join occasion o on o.id = s.occasion_id
        join arrangement x on x.person_id = p.person_id and x.call_id = s.call_id and x.essential
          and x.sitting_on = (o.starts_at at time zone 'Europe/London')::date
        where s.occasion_id = $2 and x.state not in ('booked', 'told', 'delivered', 'partly', 'feedback', 'withdrawn')${unless})
    $$`);
}

async function theirAbsence(db: QueryRunner, more: string): Promise<void> {
  await db.query(`
    create or replace function not_their_absence(occasion uuid, someone uuid) returns boolean stable language sql as $$
      select exists (
        select from arrangement a left join arrangement_feedback f on f.arrangement_id = a.id
        where a.occasion_id = $1 and a.person_id = $2 and a.essential
        and (a.outcome = 'not_delivered' or f.answer = 'no' or a.state in ('asked', 'acknowledged', 'arranging', 'alternative_offered')${more}))
    $$`);
}

async function raises(db: QueryRunner, forItsBooking: string): Promise<void> {
  await db.query(`
    create or replace function raise_occasion_sequence() returns trigger language plpgsql as $$
    begin
      if (new.starts_at, new.ends_at, new.format, new.room_id, new.joining_details, new.cancelled_at)
        is distinct from (old.starts_at, old.ends_at, old.format, old.room_id, old.joining_details, old.cancelled_at)
      then
        new.sequence := old.sequence + 1;
        -- An interview's entry is its booking's, which may move to another occasion.
        if ${forItsBooking} then
          update booking b set sequence = b.sequence + 1 from slot s where s.occasion_id = new.id and b.slot_id = s.id and b.state = 'live';
        end if;
      end if;
      return new;
    end $$`);
}
