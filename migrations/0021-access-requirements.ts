import type { MigrationInterface, QueryRunner } from 'typeorm';

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
        add column skill text`);
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
    await db.query(`grant select on scheduling_need, scheduling_arrangement to alongside_scheduler`);
  }

  async down(db: QueryRunner): Promise<void> {
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
      alter table adjustment_kind drop column essential, drop column extra_minutes, drop column room_feature, drop column format, drop column skill`);
    for (const role of ['scheduler', 'panel', 'venue', 'payer']) await db.query(`revoke usage on schema public from alongside_${role}`);
  }
}
