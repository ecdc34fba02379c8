import type { MigrationInterface, QueryRunner } from 'typeorm';

const ON_THE_DAY = [
  ['bsl-interpreter', 'An interpreter is there. Speak to the person, one at a time, and not to the interpreter.'],
  ['lipspeaker', 'A lipspeaker is there. Speak to the person, one at a time, with your face in the light.'],
  ['speech-to-text', 'Somebody types what is said. Speak one at a time, and wait until the text is there.'],
  ['deaf-relay', 'Two people interpret together. Leave time for both, and speak to the person.'],
  ['deafblind-guide', 'A communicator guide is there. Say your name before you speak, and when you leave the room.'],
  ['note-taker', 'Somebody takes notes for the person. They do not take part.'],
  ['language-interpreter', 'An interpreter is there. Use short sentences, and speak to the person.'],
  ['hearing-loop', 'Switch the hearing loop on, and test it before you begin.'],
  ['live-captions', 'Switch the captions on before you begin.'],
  ['microphones', 'Everybody speaks into a microphone, each time.'],
  ['screen-aids', 'Leave the screen or reading aid where it is. Read aloud what you show.'],
  ['large-print', 'Bring the papers in the print that was asked for: the access co-ordinator has them.'],
  ['questions-in-advance', 'Keep to the questions that were sent before.'],
  ['extra-time', 'There is more time than usual. Do not hurry.'],
  ['breaks', 'Offer breaks before you begin, and take one when it is asked for.'],
  ['familiar-person', 'Somebody they know is with them. Put the questions to the person.'],
  ['fewer-people', 'Only those who have to be there are in the room.'],
  ['remote', 'They join by video or phone. Ask first whether they can hear you.'],
  ['other-answers', 'Answers may be written or recorded. They count the same.'],
  ['seating', 'Ask where they would like to sit before the others sit down.'],
  ['assistance-dog', 'An assistance dog is there. Leave room, and do not speak to the dog.'],
  ['quiet-room', 'Keep the room quiet and the door closed.'],
  ['low-sensory', 'Low light, little noise, no scent: wear none, and turn phones off.'],
  ['evacuation', 'Know the way out for everybody before you begin: the plan is at reception.'],
  ['support-worker', 'A support worker is with them. Put the questions to the person.'],
] as const;

/** Access requirements from asking to delivery: what each kind means for planning, who may read which part, and how a request can end. */
export class AccessRequirements1700000000021 implements MigrationInterface {
  name = 'AccessRequirements1700000000021';

  async up(db: QueryRunner): Promise<void> {
    await this.audiences(db);
    await this.kinds(db);
    await this.needs(db);
    await this.places(db);
    await this.states(db);
    await this.scheduling(db);
    await this.profiles(db);
    await this.checks(db);
    await this.feedback(db);
    await this.risks(db);
    await this.onTheDay(db);
  }

  /** Rights the application takes on for one read, and never holds otherwise: each reads its own views and nothing else. */
  private async audiences(db: QueryRunner): Promise<void> {
    // Roles belong to the whole server, where another database may just be making them too.
    await db.query(`
      do $$
      declare wanted text;
      begin
        foreach wanted in array array['alongside_scheduler', 'alongside_panel', 'alongside_venue', 'alongside_payer'] loop
          perform pg_advisory_xact_lock(7421, 21);
          begin
            if not exists (select from pg_roles where rolname = wanted) then
              execute format('create role %I nologin', wanted);
            end if;
          exception when duplicate_object or unique_violation then null;
          end;
          if not pg_has_role('alongside_app', wanted, 'member') then
            execute format('grant %I to alongside_app with inherit false, set true', wanted);
          end if;
        end loop;
      end $$`);
    await db.query(`grant usage on schema public to alongside_scheduler, alongside_panel, alongside_venue, alongside_payer`);
  }

  /** What a kind means for planning. What is essential and not booked keeps an interview from being confirmed; what scheduling meets itself is not. */
  private async kinds(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table adjustment_kind
        add column essential boolean not null default false,
        add column extra_minutes integer not null default 0 check (extra_minutes between 0 and 240),
        add column room_feature text check (room_feature in (
          'step-free', 'turning-space', 'accessible-toilet', 'loop', 'quiet', 'low-sensory', 'blue-badge', 'captions')),
        -- 'remote': by video or phone. 'in_sight': people have to see each other.
        add column format text check (format in ('remote', 'in_sight')),
        -- The kind of interpreter, where somebody has to come.
        add column skill text,
        -- What whoever meets them does on the day, in plain words, and never why.
        add column on_the_day text`);
    await db.query(`
      update adjustment_kind k set on_the_day = v.words from (values
        ${ON_THE_DAY.map(([code, words]) => `('${code}', '${words}')`).join(', ')}
      ) as v (code, words) where k.code = v.code`);
    await db.query(`
      update adjustment_kind k set essential = v.essential, extra_minutes = v.minutes, room_feature = v.feature, format = v.format, skill = v.skill
      from (values
        ('bsl-interpreter', true, 15, null, 'in_sight', 'bsl-interpreter'), ('lipspeaker', true, 15, null, 'in_sight', 'lipspeaker'),
        ('speech-to-text', true, 10, null, null, 'speech-to-text'), ('deaf-relay', true, 15, null, 'in_sight', 'deaf-relay'),
        ('deafblind-guide', true, 15, null, 'in_sight', 'deafblind-guide'), ('note-taker', true, 0, null, null, 'note-taker'),
        ('language-interpreter', true, 15, null, null, 'language-interpreter'),
        ('hearing-loop', true, 0, 'loop', null, null), ('live-captions', true, 0, null, null, null), ('microphones', true, 0, null, null, null),
        ('screen-aids', true, 0, null, null, null), ('large-print', true, 0, null, null, null), ('audio', true, 0, null, null, null),
        ('braille', true, 0, null, null, null), ('bsl-video', true, 0, null, null, null), ('easy-read', true, 0, null, null, null),
        ('extra-time', false, 15, null, null, null), ('breaks', false, 10, null, null, null), ('other-answers', false, 10, null, null, null),
        ('remote', false, 0, null, 'remote', null), ('visit-beforehand', true, 0, null, null, null),
        ('step-free', false, 0, 'step-free', null, null), ('accessible-toilet', false, 0, 'accessible-toilet', null, null),
        ('seating', false, 0, 'turning-space', null, null), ('taxi', true, 0, null, null, null), ('blue-badge', true, 0, 'blue-badge', null, null),
        ('quiet-room', true, 0, 'quiet', null, null), ('low-sensory', true, 0, 'low-sensory', null, null),
        ('evacuation', true, 0, null, null, null), ('something-else', true, 0, null, null, null)
      ) as v (code, essential, minutes, feature, format, skill) where k.code = v.code`);
  }

  /** Somebody's own choice goes before the catalogue's. */
  private async needs(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table access_need
        add column essential boolean,
        add column extra_minutes integer check (extra_minutes between 0 and 240)`);
    // Whom somebody would like to interpret, and whom not: somebody we know, or a name as it was typed.
    await db.query(`
      create table interpreter_wish (
        id uuid primary key,
        need_id uuid not null references access_need,
        wish text not null check (wish in ('prefer', 'refuse')),
        resource_id uuid references resource,
        name text check (length(name) between 1 and 200),
        created_at timestamptz not null,
        removed_at timestamptz,
        check ((resource_id is null) <> (name is null))
      )`);
    await db.query(`create unique index interpreter_wish_once on interpreter_wish (need_id, coalesce(resource_id::text, lower(name))) where removed_at is null`);
  }

  /** Whoever sits on a panel needs things too, on the days they sit. */
  private async places(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table participation add column sitting_on date,
        add constraint participation_sitting_on_a_panel check (sitting_on is null or (call_id is not null and occasion_id is null and needed_by = sitting_on))`);
    await db.query(`
      alter table arrangement
        add column sitting_on date,
        add column essential boolean,
        add column deputy_id uuid references person,
        add column supplier_id uuid,
        add column cost_pence integer check (cost_pence >= 0),
        add column supplier_notes text check (length(supplier_notes) <= 2000),
        -- Why what was arranged is looked at again: shown until it is booked anew.
        add column changed text check (changed in ('time', 'words', 'fell_through', 'alternative_refused', 'appeal')),
        -- How it went, for good: the state moves on when the person says whether we got it right.
        add column outcome text check (outcome in ('delivered', 'partly', 'not_delivered')),
        add column booked_at timestamptz,
        add column outcome_at timestamptz,
        add constraint arrangement_sitting_on_a_panel check (sitting_on is null or (call_id is not null and occasion_id is null)),
        add constraint arrangement_deputy_is_another check (deputy_id <> owner_id)`);
    await db.query(`
      update arrangement a set essential = k.essential, outcome = case when a.state in ('delivered', 'partly', 'not_delivered') then a.state end,
        outcome_at = case when a.state in ('delivered', 'partly', 'not_delivered') then a.updated_at end,
        booked_at = case when a.state in ('booked', 'told', 'delivered', 'partly') then a.updated_at end
      from adjustment_kind k where k.code = a.kind_code`);
    await db.query(`
      alter table arrangement alter column essential set not null,
        add constraint arrangement_outcome_follows_state check (
          (outcome is not null) = (state in ('delivered', 'partly', 'not_delivered', 'feedback')) and (outcome is null) = (outcome_at is null)
          and (state = 'feedback' or outcome is null or outcome = state))`);
    await db.query(`drop index participation_once_a_call, arrangement_once_a_call, arrangement_once_an_occasion, arrangement_open`);
    await db.query(`
      create unique index participation_once_a_call on participation (person_id, call_id)
      where call_id is not null and sitting_on is null and ended_at is null`);
    await db.query(`
      create unique index participation_once_a_sitting on participation (person_id, call_id, sitting_on)
      where sitting_on is not null and ended_at is null`);
    const over = `('delivered', 'partly', 'not_delivered', 'feedback', 'withdrawn')`;
    await db.query(`
      create unique index arrangement_once_a_call on arrangement (need_id, call_id)
      where call_id is not null and sitting_on is null and state not in ${over}`);
    await db.query(`
      create unique index arrangement_once_a_sitting on arrangement (need_id, call_id, sitting_on)
      where sitting_on is not null and state not in ${over}`);
    await db.query(`
      create unique index arrangement_once_an_occasion on arrangement (need_id, occasion_id)
      where call_id is null and state not in ${over}`);
    await db.query(`create index arrangement_open on arrangement (owner_id, due_on) where state not in ${over}`);
    await db.query(`create index arrangement_occasion on arrangement (occasion_id) where occasion_id is not null`);
  }

  private async states(db: QueryRunner): Promise<void> {
    await db.query(`
      insert into state_transition (machine, from_state, to_state)
      select 'arrangement', f, t from (values
        ('acknowledged', 'alternative_offered'), ('acknowledged', 'declined'), ('acknowledged', 'delivered'), ('acknowledged', 'partly'),
        ('arranging', 'alternative_offered'), ('arranging', 'declined'), ('arranging', 'delivered'), ('arranging', 'partly'),
        ('booked', 'delivered'), ('booked', 'partly'),
        ('alternative_offered', 'arranging'), ('alternative_offered', 'declined'), ('alternative_offered', 'not_delivered'), ('alternative_offered', 'withdrawn'),
        ('declined', 'arranging'), ('declined', 'withdrawn'),
        ('delivered', 'feedback'), ('partly', 'feedback'), ('not_delivered', 'feedback')
      ) as step (f, t)`);
    await db.query(`alter table arrangement drop constraint arrangement_check2`);
    await db.query(`
      alter table arrangement add constraint arrangement_still_booked_while_it_is_not check (
        still_booked_for is null or state in ('arranging', 'alternative_offered', 'declined', 'withdrawn'))`);

    // Something else instead: the person agrees to it or not.
    await db.query(`
      create table arrangement_alternative (
        id uuid primary key,
        arrangement_id uuid not null references arrangement,
        words text not null check (length(words) between 1 and 2000),
        offered_by uuid not null references person,
        offered_at timestamptz not null,
        answer text check (answer in ('agreed', 'refused')),
        answer_words text check (length(answer_words) <= 2000),
        answered_by uuid references person,
        answered_at timestamptz,
        check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null))
      )`);
    await db.query(`create unique index arrangement_alternative_one_open on arrangement_alternative (arrangement_id) where answer is null`);

    // Saying no takes two people and a reason; the person can ask again, and then somebody else looks.
    await db.query(`
      create table arrangement_refusal (
        id uuid primary key,
        arrangement_id uuid not null references arrangement,
        reason text not null check (length(reason) between 1 and 2000),
        proposed_by uuid not null references person,
        proposed_at timestamptz not null,
        agreed_by uuid references person,
        agreed_at timestamptz,
        dropped_at timestamptz,
        appealed_at timestamptz,
        appeal_words text check (length(appeal_words) <= 2000),
        check ((agreed_by is null) = (agreed_at is null)),
        check (agreed_at is null or dropped_at is null),
        check (appealed_at is null or agreed_at is not null)
      )`);
    await db.query(`
      create unique index arrangement_refusal_one_open on arrangement_refusal (arrangement_id)
      where dropped_at is null and appealed_at is null`);
    await db.query(`
      create function refusal_takes_two_people() returns trigger language plpgsql as $$
      begin
        if new.agreed_by is not null and duty_identity(new.agreed_by) = duty_identity(new.proposed_by) then
          raise exception 'whoever agrees to a refusal is another person than who proposed it'
            using errcode = 'check_violation', constraint = 'arrangement_refusal_two_people';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger arrangement_refusal_two_people before insert or update on arrangement_refusal
      for each row execute function refusal_takes_two_people()`);
    await db.query(`
      create function declined_by_two_people() returns trigger language plpgsql as $$
      begin
        if new.state = 'declined' and old.state <> 'declined' and not exists (
          select from arrangement_refusal r where r.arrangement_id = new.id and r.agreed_at is not null and r.appealed_at is null) then
          raise exception 'a request is declined by two people, with a reason' using errcode = 'check_violation', constraint = 'arrangement_declined_by_two';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger arrangement_two_decline before update of state on arrangement
      for each row execute function declined_by_two_people()`);
  }

  /** Minutes, days and what the place must have. What somebody said is only good to have holds nothing up. */
  private async scheduling(db: QueryRunner): Promise<void> {
    await db.query(`
      create view scheduling_need as
      select n.person_id, coalesce(n.extra_minutes, k.extra_minutes) as extra_minutes,
        case when n.essential is distinct from false then k.room_feature end as room_feature,
        case when n.essential is distinct from false then k.format end as format,
        case when n.essential is distinct from false then k.skill end as skill,
        case when n.essential is distinct from false then k.lead_days else 0 end as lead_days,
        array(select w.resource_id from interpreter_wish w where w.need_id = n.id and w.wish = 'prefer'
          and w.resource_id is not null and w.removed_at is null order by w.resource_id) as preferred,
        array(select w.resource_id from interpreter_wish w where w.need_id = n.id and w.wish = 'refuse'
          and w.resource_id is not null and w.removed_at is null order by w.resource_id) as refused
      from access_need n join adjustment_kind k on k.code = n.kind_code where n.removed_at is null`);
    await db.query(`
      create view scheduling_arrangement as
      select a.person_id, a.call_id, a.occasion_id, a.sitting_on, a.needed_by, a.due_on, a.essential,
        a.state in ('booked', 'told', 'delivered', 'partly') or (a.state = 'feedback' and a.outcome <> 'not_delivered') as arranged
      from arrangement a where a.state not in ('withdrawn')`);
    await db.query(`revoke all on scheduling_need, scheduling_arrangement from alongside_app`);
    await db.query(`grant select on scheduling_arrangement to alongside_scheduler`);
  }

  /** In a person's own words, part by part; each says whether people see it on the day. */
  private async profiles(db: QueryRunner): Promise<void> {
    await db.query(`
      create table access_profile_part (
        id uuid primary key,
        person_id uuid not null references person,
        part text not null check (part in ('helps', 'avoid', 'times', 'reach', 'emergency')),
        words text not null check (length(words) between 1 and 2000),
        on_the_day boolean not null,
        updated_at timestamptz not null,
        removed_at timestamptz,
        -- How and when to reach somebody is nobody's on the day.
        check (not on_the_day or part in ('helps', 'avoid', 'emergency'))
      )`);
    await db.query(`create unique index access_profile_part_once on access_profile_part (person_id, part) where removed_at is null`);
  }

  /** "Still right?", once for each event and once a year; and what was valid for an event, which nobody changes. */
  private async checks(db: QueryRunner): Promise<void> {
    await db.query(`
      create table access_check (
        id uuid primary key,
        person_id uuid not null references person,
        -- None: the yearly one.
        participation_id uuid references participation,
        occasion_id uuid references occasion,
        asked_at timestamptz not null,
        answer text check (answer in ('right', 'changed')),
        answered_at timestamptz,
        answered_by uuid references person,
        check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null))
      )`);
    await db.query(`
      create unique index access_check_once_an_event on access_check (participation_id, coalesce(occasion_id, participation_id))
      where participation_id is not null`);
    await db.query(`create unique index access_check_one_a_year on access_check (person_id) where participation_id is null and answer is null`);
    await db.query(`create index access_check_person on access_check (person_id)`);
    await db.query(`
      create table access_snapshot (
        id uuid primary key,
        participation_id uuid not null references participation,
        occasion_id uuid references occasion,
        taken_at timestamptz not null,
        content jsonb not null
      )`);
    await db.query(`create index access_snapshot_event on access_snapshot (participation_id, taken_at)`);
    await db.query(`revoke update on access_snapshot from alongside_app`);
    await db.query(`
      create function access_requirements_of(someone uuid) returns jsonb stable language sql as $$
        select jsonb_build_object(
          'parts', (select coalesce(jsonb_agg(jsonb_build_object('part', p.part, 'words', p.words, 'onTheDay', p.on_the_day) order by p.part), '[]')
            from access_profile_part p where p.person_id = $1 and p.removed_at is null),
          'needs', (select coalesce(jsonb_agg(jsonb_build_object('code', k.code, 'name', k.name, 'category', k.category, 'ownWords', n.own_words,
              'essential', coalesce(n.essential, k.essential), 'chosen', n.essential is not null, 'extraMinutes', coalesce(n.extra_minutes, k.extra_minutes),
              'prefer', (select coalesce(jsonb_agg(coalesce(r.name, w.name) order by w.created_at, w.id), '[]') from interpreter_wish w
                left join resource r on r.id = w.resource_id where w.need_id = n.id and w.wish = 'prefer' and w.removed_at is null),
              'refuse', (select coalesce(jsonb_agg(coalesce(r.name, w.name) order by w.created_at, w.id), '[]') from interpreter_wish w
                left join resource r on r.id = w.resource_id where w.need_id = n.id and w.wish = 'refuse' and w.removed_at is null)
            ) order by k.position), '[]')
            from access_need n join adjustment_kind k on k.code = n.kind_code where n.person_id = $1 and n.removed_at is null))
      $$`);
    // One for each interview, also when somebody has two for one call.
    await db.query(`drop index participation_once_a_call, arrangement_once_a_call`);
    await db.query(`
      create unique index participation_once_a_call on participation (person_id, call_id, coalesce(occasion_id, call_id))
      where call_id is not null and sitting_on is null and ended_at is null`);
    await db.query(`
      create unique index arrangement_once_a_call on arrangement (need_id, call_id, coalesce(occasion_id, call_id))
      where call_id is not null and sitting_on is null and state not in ('delivered', 'partly', 'not_delivered', 'feedback', 'withdrawn')`);
  }

  /** Whether we got it right, in the person's words; and what follows when we did not. */
  private async feedback(db: QueryRunner): Promise<void> {
    await db.query(`
      create table arrangement_feedback (
        arrangement_id uuid primary key references arrangement,
        answer text not null check (answer in ('yes', 'partly', 'no')),
        words text check (length(words) between 1 and 2000),
        given_by uuid not null references person,
        given_at timestamptz not null
      )`);
    await db.query(`revoke update on arrangement_feedback from alongside_app`);
    await db.query(`
      create table feedback_ask (
        id uuid primary key,
        person_id uuid not null references person,
        -- An occasion, or a call whose panel they sat on that day.
        event_id uuid not null,
        on_day date not null,
        asked_at timestamptz not null,
        unique (person_id, event_id, on_day)
      )`);
    await db.query(`revoke update on feedback_ask from alongside_app`);
    await db.query(`
      create table apology (
        id uuid primary key,
        arrangement_id uuid not null references arrangement,
        occasion_id uuid references occasion,
        owner_id uuid references person,
        due_on date not null,
        raised_at timestamptz not null,
        words text check (length(words) between 1 and 2000),
        done_by uuid references person,
        done_at timestamptz,
        check ((done_by is null) = (done_at is null) and (done_by is null) = (words is null))
      )`);
    await db.query(`create unique index apology_once on apology (arrangement_id)`);
    await db.query(`create index apology_open on apology (due_on) where done_at is null`);
    // What was not there is never somebody's not coming.
    await db.query(`
      create function not_their_absence(occasion uuid, someone uuid) returns boolean stable language sql as $$
        select exists (
          select from arrangement a left join arrangement_feedback f on f.arrangement_id = a.id
          where a.occasion_id = $1 and a.person_id = $2 and a.essential
          and (a.outcome = 'not_delivered' or f.answer = 'no' or a.state in ('asked', 'acknowledged', 'arranging', 'alternative_offered')))
      $$`);
    await db.query(`insert into state_transition (machine, from_state, to_state) values ('attendance', 'expected', 'not_held'), ('attendance', 'absent', 'not_held')`);
    await db.query(`
      create function absence_is_theirs() returns trigger language plpgsql as $$
      begin
        if new.state = 'absent' and not_their_absence(new.occasion_id, new.person_id) then
          raise exception 'what was not there is never somebody’s not coming' using errcode = 'check_violation', constraint = 'attendance_absence_is_theirs';
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger attendance_their_absence before insert or update of state on attendance
      for each row execute function absence_is_theirs()`);
  }

  /** Overdue is at risk; what is still so on the next working day others hear of, once. */
  private async risks(db: QueryRunner): Promise<void> {
    await db.query(`
      create table arrangement_risk (
        arrangement_id uuid not null references arrangement,
        due_on date not null,
        found_on date not null,
        escalated_at timestamptz,
        primary key (arrangement_id, due_on)
      )`);
  }

  /** Each audience its own part, of one day, by its own right. The day is given: the clock is the application's. */
  private async onTheDay(db: QueryRunner): Promise<void> {
    await db.query(`
      create function panel_to_do(on_day date, member uuid)
      returns table (occasion_id uuid, person_id uuid, starts_at timestamptz, "position" integer, words text)
      language sql stable security definer set search_path = public as $$
        with there as (
          -- Whom they interview, once nobody scores applications for that call any more.
          select s.occasion_id, a.person_id, o.starts_at
          from slot_panel p join slot s on s.id = p.slot_id and s.removed_at is null
          join occasion o on o.id = s.occasion_id and o.cancelled_at is null
          join booking b on b.slot_id = s.id and b.state = 'live' join application a on a.id = b.application_id
          where p.person_id = member and (o.starts_at at time zone 'Europe/London')::date = on_day
          and not exists (select from review_phase r where r.call_id = s.call_id and r.state = 'open')
          union
          -- Who comes to a group's meeting, for whoever runs it.
          select o.id, t.person_id, o.starts_at
          from occasion o join meeting m on m.occasion_id = o.id join attendance t on t.occasion_id = o.id
          where o.cancelled_at is null and (o.starts_at at time zone 'Europe/London')::date = on_day
          and exists (select from role_assignment r where r.person_id = member and r.role = 'strategic_lead'
            and r.from_on <= on_day and (r.to_on is null or r.to_on >= on_day))
        )
        select t.occasion_id, t.person_id, t.starts_at, k.position, k.on_the_day
        from there t join arrangement x on x.person_id = t.person_id and x.occasion_id = t.occasion_id
          and x.state not in ('withdrawn', 'declined', 'not_delivered')
        join adjustment_kind k on k.code = x.kind_code and k.on_the_day is not null
        union all
        select t.occasion_id, t.person_id, t.starts_at, case p.part when 'helps' then 1000 when 'avoid' then 1001 else 1002 end,
          case p.part when 'helps' then 'What helps: ' when 'avoid' then 'Please avoid: ' else 'In an emergency: ' end || p.words
        from there t join access_profile_part p on p.person_id = t.person_id and p.on_the_day and p.removed_at is null
        order by 3, 1, 2, 4
      $$`);
    await db.query(`
      create function venue_on_day(on_day date)
      returns table (room_id uuid, room text, starts_at timestamptz, ends_at timestamptz, features text[], evacuation boolean)
      language sql stable security definer set search_path = public as $$
        with needed as (
          select o.id, x.kind_code from occasion o join arrangement x on x.occasion_id = o.id
          where x.state not in ('withdrawn', 'declined', 'not_delivered')
          union
          select o.id, x.kind_code from occasion o join slot s on s.occasion_id = o.id and s.removed_at is null
          join slot_panel p on p.slot_id = s.id
          join arrangement x on x.call_id = s.call_id and x.person_id = p.person_id and x.sitting_on = on_day
          where x.state not in ('withdrawn', 'declined', 'not_delivered')
        )
        select r.id, r.name, o.starts_at, o.ends_at,
          coalesce(array_agg(distinct k.room_feature order by k.room_feature) filter (where k.room_feature is not null), '{}'), bool_or(k.code = 'evacuation')
        from occasion o join resource r on r.id = o.room_id join needed n on n.id = o.id join adjustment_kind k on k.code = n.kind_code
        where o.cancelled_at is null and (o.starts_at at time zone 'Europe/London')::date = on_day
        and (k.room_feature is not null or k.code = 'evacuation')
        group by r.id, r.name, o.id order by o.starts_at, r.name
      $$`);
    await db.query(`revoke all on function panel_to_do, venue_on_day from public`);
    await db.query(`grant execute on function panel_to_do to alongside_panel`);
    await db.query(`grant execute on function venue_on_day to alongside_venue`);
    // Who looked by a right of their work, once a day each; named people stand in the audit.
    await db.query(`
      create table access_look (
        person_id uuid not null references person,
        on_day date not null,
        audience text not null check (audience in ('scheduler', 'panel', 'venue', 'payer')),
        primary key (person_id, on_day, audience)
      )`);
    await db.query(`revoke update on access_look from alongside_app`);
    // The scheduler's right reads by this alone, so that no read goes unnoted.
    await db.query(`
      create function scheduling_needs_of(people uuid[], today date) returns setof scheduling_need
      language plpgsql security definer set search_path = public as $$
      begin
        insert into access_look (person_id, on_day, audience)
        select distinct n.person_id, today, 'scheduler' from scheduling_need n where n.person_id = any(people)
        and not exists (select from access_look l where l.person_id = n.person_id and l.on_day = today and l.audience = 'scheduler')
        order by 1 on conflict do nothing;
        return query select * from scheduling_need n where n.person_id = any(people) order by n.person_id, n.skill, n.room_feature, n.lead_days;
      end $$`);
    await db.query(`revoke all on function scheduling_needs_of from public`);
    await db.query(`grant execute on function scheduling_needs_of to alongside_scheduler`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop function panel_to_do, venue_on_day, scheduling_needs_of`);
    await db.query(`drop trigger attendance_their_absence on attendance`);
    await db.query(`drop function absence_is_theirs, not_their_absence, access_requirements_of`);
    await db.query(`drop table access_look, arrangement_risk, apology, feedback_ask, arrangement_feedback, access_snapshot, access_check, access_profile_part`);
    await db.query(`alter table attendance disable trigger attendance_state_step`);
    await db.query(`update attendance set state = 'absent' where state = 'not_held'`);
    await db.query(`alter table attendance enable trigger attendance_state_step`);
    await db.query(`delete from state_transition where machine = 'attendance' and to_state = 'not_held'`);
    await db.query(`drop view scheduling_need, scheduling_arrangement`);
    await db.query(`drop trigger arrangement_two_decline on arrangement`);
    await db.query(`drop table arrangement_refusal, arrangement_alternative, interpreter_wish`);
    await db.query(`drop function declined_by_two_people, refusal_takes_two_people`);
    await db.query(`alter table arrangement disable trigger arrangement_state_step`);
    await db.query(`update arrangement set state = outcome where state = 'feedback'`);
    await db.query(`update arrangement set state = 'arranging' where state in ('alternative_offered', 'declined')`);
    await db.query(`alter table arrangement enable trigger arrangement_state_step`);
    await db.query(`delete from arrangement where sitting_on is not null`);
    await db.query(`delete from participation where sitting_on is not null`);
    await db.query(`
      delete from state_transition where machine = 'arrangement' and (
        'alternative_offered' in (from_state, to_state) or 'declined' in (from_state, to_state) or to_state = 'feedback'
        or (from_state in ('acknowledged', 'arranging', 'booked') and to_state in ('delivered', 'partly')))`);
    await db.query(`
      alter table arrangement drop column sitting_on, drop column essential, drop column deputy_id, drop column supplier_id, drop column cost_pence,
        drop column supplier_notes, drop column changed, drop column outcome, drop column booked_at, drop column outcome_at,
        drop constraint arrangement_still_booked_while_it_is_not,
        add constraint arrangement_check2 check (still_booked_for is null or state in ('arranging', 'withdrawn'))`);
    await db.query(`alter table participation drop column sitting_on`);
    await db.query(`drop index if exists arrangement_open, arrangement_once_an_occasion, arrangement_occasion`);
    const over = `('delivered', 'partly', 'not_delivered', 'withdrawn')`;
    await db.query(`create unique index participation_once_a_call on participation (person_id, call_id) where call_id is not null and ended_at is null`);
    await db.query(`create unique index arrangement_once_a_call on arrangement (need_id, call_id) where call_id is not null and state not in ${over}`);
    await db.query(`create unique index arrangement_once_an_occasion on arrangement (need_id, occasion_id) where call_id is null and state not in ${over}`);
    await db.query(`create index arrangement_open on arrangement (owner_id, due_on) where state not in ${over}`);
    await db.query(`alter table access_need drop column essential, drop column extra_minutes`);
    await db.query(`
      alter table adjustment_kind drop column essential, drop column extra_minutes, drop column room_feature, drop column format, drop column skill, drop column on_the_day`);
    for (const role of ['scheduler', 'panel', 'venue', 'payer']) await db.query(`revoke usage on schema public from alongside_${role}`);
  }
}
