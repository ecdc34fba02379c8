import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Interviews in people's calendars, the questions everybody gets beforehand, and what the panel's scores come to. */
export class InterviewScores1700000000024 implements MigrationInterface {
  name = 'InterviewScores1700000000024';

  async up(db: QueryRunner): Promise<void> {
    await calendars(db);
    await questions(db);
    await scores(db);
    await agreements(db);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table interview_agreed_mark, interview_agreement, interview_reveal, interview_mark, interview_score, interview_conflict cascade`);
    await db.query(`drop function interview_score_holds, interview_score_whole, interview_mark_holds, interview_reveal_holds, interview_agreement_holds, interview_agreement_whole, interview_conflict_of`);
    await db.query(`drop table interview_questions_sent, interview_questions cascade`);
    await db.query(`drop table calendar_feed cascade`);
    await db.query(`drop trigger occasion_sequence on occasion`);
    await db.query(`drop function raise_occasion_sequence`);
    await db.query(`alter table occasion drop column sequence`);
    await db.query(`alter table demo_mailbox drop column calendar`);
  }
}

async function calendars(db: QueryRunner): Promise<void> {
  // A calendar takes an entry for newer only when this is higher, whoever changed the time or the place.
  await db.query(`alter table occasion add column sequence integer not null default 0`);
  await db.query(`
    create function raise_occasion_sequence() returns trigger language plpgsql as $$
    begin
      if (new.starts_at, new.ends_at, new.format, new.room_id, new.joining_details, new.cancelled_at)
        is distinct from (old.starts_at, old.ends_at, old.format, old.room_id, old.joining_details, old.cancelled_at)
      then
        new.sequence := old.sequence + 1;
        -- An interview's entry is its booking's, which may move to another occasion.
        update booking b set sequence = b.sequence + 1 from slot s where s.occasion_id = new.id and b.slot_id = s.id and b.state = 'live';
      end if;
      return new;
    end $$`);
  await db.query(`
    create trigger occasion_sequence before update on occasion for each row execute function raise_occasion_sequence()`);

  // An address that nobody can guess; only its hash is kept. One at a time for a person.
  await db.query(`
    create table calendar_feed (
      id uuid primary key,
      person_id uuid not null references person,
      token_hash bytea not null unique,
      made_at timestamptz not null,
      revoked_at timestamptz
    )`);
  await db.query(`create unique index calendar_feed_one_live on calendar_feed (person_id) where revoked_at is null`);

  await db.query(`alter table demo_mailbox add column calendar text`);
}

/** The same for everybody in a round. Each saving is a version that stays as it is. */
async function questions(db: QueryRunner): Promise<void> {
  await db.query(`
    create table interview_questions (
      id uuid primary key,
      round_id uuid not null references interview_round,
      version integer not null check (version > 0),
      questions text[] not null check (
        cardinality(questions) between 1 and 20 and array_position(questions, null) is null and array_position(questions, '') is null),
      note text check (length(note) between 1 and 2000),
      ready boolean not null,
      written_by uuid not null references person,
      written_at timestamptz not null,
      unique (round_id, version)
    )`);
  // Each version goes out once for an interview, to whatever time it moves.
  await db.query(`
    create table interview_questions_sent (
      booking_id uuid not null references booking,
      questions_id uuid not null references interview_questions,
      sent_at timestamptz not null,
      primary key (booking_id, questions_id)
    )`);
  await db.query(`create index interview_questions_sent_questions on interview_questions_sent (questions_id)`);
  await appendOnly(db, 'interview_questions', 'interview_questions_sent');
}

async function scores(db: QueryRunner): Promise<void> {
  await db.query(`
    create table interview_conflict (
      booking_id uuid not null references booking,
      person_id uuid not null references person,
      words text check (length(words) between 1 and 1000),
      declared_at timestamptz not null,
      primary key (booking_id, person_id)
    )`);
  // Said of this interview, or when the application was read.
  await db.query(`
    create function interview_conflict_of(wanted_booking uuid, someone uuid) returns boolean language sql stable as $$
      select exists (select from interview_conflict c where c.booking_id = wanted_booking and c.person_id = someone)
        or exists (
          select from booking b join conflict_declaration d on d.application_id = b.application_id
          where b.id = wanted_booking and d.reviewer_id = someone and d.has_conflict)
    $$`);
  // One panel member's scores of one interview, a row for each time they were saved.
  await db.query(`
    create table interview_score (
      id uuid primary key,
      booking_id uuid not null references booking,
      person_id uuid not null references person,
      version integer not null check (version > 0),
      given boolean not null,
      note text check (length(note) between 1 and 2000),
      saved_at timestamptz not null,
      unique (booking_id, person_id, version)
    )`);
  await db.query(`
    create table interview_mark (
      score_id uuid not null references interview_score,
      criterion_id uuid not null references criterion,
      score integer check (score between 0 and 4),
      note text check (length(note) between 1 and 2000),
      primary key (score_id, criterion_id)
    )`);
  // From then on everybody on the panel sees all scores, and none is changed.
  await db.query(`
    create table interview_reveal (
      booking_id uuid primary key references booking,
      revealed_at timestamptz not null,
      closed_by uuid references person,
      reason text check (length(reason) between 1 and 2000),
      constraint interview_reveal_closed_with_a_reason check ((closed_by is null) = (reason is null))
    )`);

  await db.query(`
    create function interview_score_holds() returns trigger language plpgsql as $$
    declare found record;
    begin
      select b.state, b.slot_id, a.person_id as applicant, o.starts_at, t.state as attendance into found
      from booking b join application a on a.id = b.application_id join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
      left join attendance t on t.occasion_id = o.id and t.person_id = a.person_id
      where b.id = new.booking_id for no key update of b;
      if found.state is distinct from 'live' or found.attendance in ('absent', 'not_held') or new.saved_at < found.starts_at then
        raise exception 'this interview has not been held' using errcode = 'check_violation', constraint = 'interview_score_of_one_held';
      end if;
      if not exists (select from slot_panel sp where sp.slot_id = found.slot_id and sp.person_id = new.person_id)
        or duty_identity(new.person_id) = duty_identity(found.applicant)
      then
        raise exception 'only its panel scores an interview' using errcode = 'check_violation', constraint = 'interview_score_by_its_panel';
      end if;
      if interview_conflict_of(new.booking_id, new.person_id) then
        raise exception 'a conflict is declared' using errcode = 'check_violation', constraint = 'interview_score_without_conflict';
      end if;
      if exists (select from interview_reveal r where r.booking_id = new.booking_id) then
        raise exception 'the scores of this interview are shown, and stay' using errcode = 'check_violation', constraint = 'interview_score_before_reveal';
      end if;
      if not new.given and exists (
        select from interview_score s where s.booking_id = new.booking_id and s.person_id = new.person_id and s.given
      ) then
        raise exception 'given scores are given' using errcode = 'check_violation', constraint = 'interview_score_stays_given';
      end if;
      return new;
    end $$`);
  await db.query(`
    create trigger interview_score_when_written before insert on interview_score
    for each row execute function interview_score_holds()`);
  await db.query(`
    create function interview_score_whole() returns trigger language plpgsql as $$
    begin
      if new.given and exists (
        select from booking b join slot s on s.id = b.slot_id join criterion c on c.call_id = s.call_id
        left join interview_mark m on m.score_id = new.id and m.criterion_id = c.id
        where b.id = new.booking_id and m.score is null
      ) then
        raise exception 'not every criterion is scored' using errcode = 'check_violation', constraint = 'interview_score_whole_when_given';
      end if;
      return null;
    end $$`);
  await db.query(`
    create constraint trigger interview_score_is_whole after insert on interview_score deferrable initially deferred
    for each row execute function interview_score_whole()`);
  await db.query(`
    create function interview_mark_holds() returns trigger language plpgsql as $$
    begin
      if not exists (
        select from interview_score i join booking b on b.id = i.booking_id join slot s on s.id = b.slot_id
        join criterion c on c.call_id = s.call_id and c.id = new.criterion_id
        where i.id = new.score_id and not exists (select from interview_reveal r where r.booking_id = i.booking_id)
      ) then
        raise exception 'this interview can''t be scored so' using errcode = 'check_violation', constraint = 'interview_mark_holds';
      end if;
      return new;
    end $$`);
  await db.query(`
    create trigger interview_mark_when_written before insert on interview_mark
    for each row execute function interview_mark_holds()`);
  await db.query(`
    create function interview_reveal_holds() returns trigger language plpgsql as $$
    begin
      perform from booking b where b.id = new.booking_id for no key update;
      if not exists (select from interview_score i where i.booking_id = new.booking_id and i.given) then
        raise exception 'nobody has given scores' using errcode = 'check_violation', constraint = 'interview_reveal_of_something';
      end if;
      if new.reason is null and exists (
        select from booking b join slot_panel sp on sp.slot_id = b.slot_id
        where b.id = new.booking_id and not interview_conflict_of(b.id, sp.person_id)
          and not exists (select from interview_score i where i.booking_id = b.id and i.person_id = sp.person_id and i.given)
      ) then
        raise exception 'somebody on the panel has not given scores' using errcode = 'check_violation', constraint = 'interview_reveal_when_all_gave';
      end if;
      return new;
    end $$`);
  await db.query(`
    create trigger interview_reveal_when_written before insert on interview_reveal
    for each row execute function interview_reveal_holds()`);
  await appendOnly(db, 'interview_conflict', 'interview_score', 'interview_mark', 'interview_reveal');
}

/** What the panel made of its scores. They stay as they were given; the latest agreement counts. */
async function agreements(db: QueryRunner): Promise<void> {
  await db.query(`
    create table interview_agreement (
      id uuid primary key,
      booking_id uuid not null references booking,
      reason text not null check (length(reason) between 1 and 2000),
      agreed_by uuid not null references person,
      agreed_with uuid not null references person,
      agreed_at timestamptz not null
    )`);
  await db.query(`create index interview_agreement_booking on interview_agreement (booking_id, agreed_at)`);
  await db.query(`
    create table interview_agreed_mark (
      agreement_id uuid not null references interview_agreement,
      criterion_id uuid not null references criterion,
      score integer not null check (score between 0 and 4),
      primary key (agreement_id, criterion_id)
    )`);
  await db.query(`
    create function interview_agreement_holds() returns trigger language plpgsql as $$
    begin
      if not exists (select from interview_reveal r where r.booking_id = new.booking_id) then
        raise exception 'the scores are not shown yet' using errcode = 'check_violation', constraint = 'interview_agreement_after_reveal';
      end if;
      if duty_identity(new.agreed_by) = duty_identity(new.agreed_with)
        or interview_conflict_of(new.booking_id, new.agreed_by) or interview_conflict_of(new.booking_id, new.agreed_with)
        or not exists (select from booking b join slot_panel sp on sp.slot_id = b.slot_id where b.id = new.booking_id and sp.person_id = new.agreed_with)
      then
        raise exception 'two people agree, one of them of the panel' using errcode = 'check_violation', constraint = 'interview_agreement_by_two';
      end if;
      return new;
    end $$`);
  await db.query(`
    create trigger interview_agreement_when_written before insert on interview_agreement
    for each row execute function interview_agreement_holds()`);
  await db.query(`
    create function interview_agreement_whole() returns trigger language plpgsql as $$
    begin
      if exists (
        select from booking b join slot s on s.id = b.slot_id join criterion c on c.call_id = s.call_id
        where b.id = new.booking_id and not exists (
          select from interview_agreed_mark m where m.agreement_id = new.id and m.criterion_id = c.id)
      ) then
        raise exception 'not every criterion is agreed' using errcode = 'check_violation', constraint = 'interview_agreement_whole';
      end if;
      return null;
    end $$`);
  await db.query(`
    create constraint trigger interview_agreement_is_whole after insert on interview_agreement deferrable initially deferred
    for each row execute function interview_agreement_whole()`);
  await appendOnly(db, 'interview_agreement', 'interview_agreed_mark');
}

async function appendOnly(db: QueryRunner, ...tables: string[]): Promise<void> {
  for (const table of tables) {
    await db.query(`
      create trigger ${table}_append_only before update or delete or truncate on ${table}
      for each statement execute function refuse_change()`);
    await db.query(`revoke update on ${table} from alongside_app`);
  }
}
