import type { MigrationInterface, QueryRunner } from 'typeorm';

/** More time to apply, reminders of what is not sent, and answers about equality that lead to nobody. */
export class TimeToApply1700000000018 implements MigrationInterface {
  name = 'TimeToApply1700000000018';

  async up(db: QueryRunner): Promise<void> {
    await this.moreTime(db);
    await this.nudges(db);
    await this.equality(db);
  }

  private async moreTime(db: QueryRunner): Promise<void> {
    await db.query(`
      create table late_permission (
        id uuid primary key,
        kind text not null check (kind in ('code', 'first_contact')),
        call_id uuid not null references call,
        for_whom text check (length(for_whom) between 1 and 200),
        person_id uuid references person,
        code_sealed text not null,
        uses_allowed integer not null check (uses_allowed between 1 and 20),
        contact_channel text check (contact_channel in ('phone', 'text', 'email', 'post', 'in_person')),
        contacted_at timestamptz,
        deadline timestamptz not null,
        given_by uuid not null references person,
        given_at timestamptz not null,
        revoked_at timestamptz,
        revoked_by uuid references person,
        unique (id, call_id),
        constraint late_permission_first_contact check (
          (kind = 'first_contact') = (contacted_at is not null) and (contacted_at is null) = (contact_channel is null)),
        constraint late_permission_for_one check (kind = 'code' or (uses_allowed = 1 and for_whom is not null)),
        constraint late_permission_person_rang check (person_id is null or kind = 'first_contact'),
        check ((revoked_at is null) = (revoked_by is null))
      )`);
    await db.query(`create index late_permission_call on late_permission (call_id)`);
    // What was given stays as it was given; it can only be taken back.
    await db.query(`revoke update on late_permission from alongside_app`);
    await db.query(`grant update (revoked_at, revoked_by) on late_permission to alongside_app`);
    await db.query(`
      alter table application add late_permission_id uuid,
        add constraint application_late_permission foreign key (late_permission_id, call_id) references late_permission (id, call_id)`);
    await db.query(`create index application_late on application (late_permission_id) where late_permission_id is not null`);
    // Two who press at once wait for each other here.
    await db.query(`
      create function enforce_late_permission() returns trigger language plpgsql as $$
      declare given late_permission;
      begin
        if new.late_permission_id is null then return new; end if;
        select * into given from late_permission where id = new.late_permission_id for update;
        if given.revoked_at is not null then
          raise exception 'this permission was taken back' using errcode = 'check_violation', constraint = 'late_permission_revoked';
        end if;
        if given.person_id <> new.person_id then
          raise exception 'this permission is somebody else''s' using errcode = 'check_violation', constraint = 'late_permission_person';
        end if;
        if (select count(distinct a.person_id) from application a
            where a.late_permission_id = given.id and a.person_id <> new.person_id) >= given.uses_allowed then
          raise exception 'this permission is used up' using errcode = 'check_violation', constraint = 'late_permission_used_up';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger application_late_permission before insert or update of late_permission_id on application
      for each row execute function enforce_late_permission()`);
  }

  private async nudges(db: QueryRunner): Promise<void> {
    await db.query(`
      create table application_nudge (
        application_id uuid not null references application,
        kind text not null check (kind in ('unfinished', 'closing')),
        at timestamptz not null,
        primary key (application_id, kind)
      )`);
    await db.query(`revoke update on application_nudge from alongside_app`);
  }

  private async equality(db: QueryRunner): Promise<void> {
    await db.query(`
      create table equality_question (
        code text primary key,
        text text not null,
        help text,
        position integer not null
      )`);
    await db.query(`
      create table equality_option (
        question_code text not null references equality_question,
        code text not null,
        text text not null,
        position integer not null,
        primary key (question_code, code)
      )`);
    for (const table of ['equality_question', 'equality_option']) await db.query(`revoke insert, update on ${table} from alongside_app`);

    // No application, no person, no time. Nobody but the owner reads a row: what is read comes from the functions below.
    await db.query(`
      create table equality_answer (
        id uuid primary key default gen_random_uuid(),
        call_id uuid not null references call,
        month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
        question_code text not null,
        option_code text not null,
        foreign key (question_code, option_code) references equality_option
      )`);
    await db.query(`revoke all on equality_answer from alongside_app, alongside_finance, alongside_reader`);
    await db.query(`grant insert (call_id, month, question_code, option_code) on equality_answer to alongside_app`);
    // That a token was used; whose it was is written nowhere.
    await db.query(`create table equality_token (hash bytea primary key)`);
    await db.query(`revoke update on equality_token from alongside_app`);

    // Rows that were written together lie together, and bear the number of their transaction. All are written
    // anew in one transaction, in no order, whenever there are any from more than one.
    await db.query(`
      create function shuffle_equality() returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
      declare
        shuffled boolean := false;
        hashes bytea[];
      begin
        lock table equality_answer, equality_token in exclusive mode;
        if (select count(distinct xmin::text) from equality_answer) > 1 then
          with gone as (delete from equality_answer returning call_id, month, question_code, option_code)
          insert into equality_answer (call_id, month, question_code, option_code)
          select call_id, month, question_code, option_code from gone order by random();
          shuffled := true;
        end if;
        if (select count(distinct xmin::text) from equality_token) > 1 then
          hashes := array(select hash from equality_token order by random());
          delete from equality_token;
          insert into equality_token select unnest(hashes);
          shuffled := true;
        end if;
        return shuffled;
      end $$`);

    // Fewer than 5 is not shown. Beside each such number others are left out, by their place and not by their size,
    // until whatever total is known leaves the small ones open from 0 to 4. Null is: not shown.
    await db.query(`
      create function equality_report(wanted_call uuid, today date)
      returns table (question_code text, option_code text, people integer, total integer)
      language plpgsql stable security definer set search_path = public, pg_temp as $$
      declare
        asked text;
        codes text[];
        counts integer[];
        hidden boolean[];
        small integer;
        beside integer;
        hidden_sum integer;
      begin
        if not exists (select from call c where c.id = wanted_call and c.interviews_from <= today) then return; end if;
        for asked in select q.code from equality_question q order by q.position loop
          select array_agg(o.code order by o.position), array_agg(coalesce(n.people, 0) order by o.position)
            into codes, counts
            from equality_option o left join (
              select a.option_code, count(*)::integer as people from equality_answer a
              where a.call_id = wanted_call and a.question_code = asked group by a.option_code) n on n.option_code = o.code
            where o.question_code = asked;
          select array_agg(c.people < 5 order by c.place), count(*) filter (where c.people < 5), coalesce(sum(c.people) filter (where c.people < 5), 0)
            into hidden, small, hidden_sum from unnest(counts) with ordinality as c (people, place);
          beside := 0;
          for i in 1 .. cardinality(codes) loop
            exit when small = 0 or (beside > 0 and hidden_sum >= 5 * beside + 4 * small);
            if not hidden[i] then
              hidden[i] := true;
              beside := beside + 1;
              hidden_sum := hidden_sum + counts[i];
            end if;
          end loop;
          return query
            select asked, c.code, case when not c.is_hidden then c.people end,
              case when false = any(hidden) then (select sum(every)::integer from unnest(counts) as every) end
            from unnest(codes, counts, hidden) with ordinality as c (code, people, is_hidden, place) order by c.place;
        end loop;
      end $$`);
    for (const signature of ['shuffle_equality()', 'equality_report(uuid, date)']) {
      await db.query(`revoke all on function ${signature} from public`);
      await db.query(`grant execute on function ${signature} to alongside_app`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop function equality_report, shuffle_equality`);
    await db.query(`drop table equality_token, equality_answer, equality_option, equality_question, application_nudge`);
    await db.query(`drop trigger application_late_permission on application`);
    await db.query(`alter table application drop column late_permission_id`);
    await db.query(`drop function enforce_late_permission`);
    await db.query(`drop table late_permission`);
  }
}
