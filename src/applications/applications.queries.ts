import { Injectable } from '@nestjs/common';
import type { SeatKind } from '../shared/seats.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { questionsOf, type CallQuestion } from '../calls/calls.queries.js';
import type { FileState } from '../platform/files/file.rules.js';
import { tasks, type ApplicationState, type Draft } from './application.rules.js';
import type { Eligibility } from './eligibility.rules.js';
import { answersWith, type RecordingKind } from './recording.rules.js';
import type { Told } from './application-status.rules.js';

export interface OwnApplication {
  id: string;
  reference: string;
  state: ApplicationState;
  callId: string;
  callSlug: string;
  callTitle: string;
  name: string | null;
  postcode: string | null;
  birthDate: string | null;
  seatKinds: SeatKind[];
  /** What the call has seats for. */
  callSeats: SeatKind[];
  eligibility: Eligibility[];
  interestDeclared: boolean | null;
  interestWords: string | null;
  submittedAt: Date | null;
  accessAnswered: boolean;
  contactAnswered: boolean;
  questions: CallQuestion[];
  answers: { questionId: string; text: string }[];
  recordings: { id: string; questionId: string | null; kind: RecordingKind; name: string; fileState: FileState }[];
  /** Earlier words of the questions, oldest first, with what was answered to them. */
  earlier: { questionId: string; earlierId: string; text: string }[];
}

/** What whoever decides may weigh, and whoever scores doesn't see. */
export interface Declarations {
  eligibility: Eligibility[];
  interestDeclared: boolean | null;
  interestWords: string | null;
}

/** What the resident may know of it, with the call's dates. */
export interface OwnStatus extends Told {
  id: string;
  callTitle: string;
  callSlug: string;
  closesAt: Date;
  interviewsFrom: string;
  interviewsTo: string;
  firstMeetingOn: string;
  reason: string | null;
  nextWords: string | null;
  nextCallSlug: string | null;
  nextCallTitle: string | null;
  seatKind: SeatKind | null;
  ratePence: number;
  rateUnit: 'hour' | 'session';
  timeCommitment: string;
  /** Until when they may still apply after closing, where they were given more time. */
  moreTimeUntil: Date | null;
  groupName: string;
  /** Under 18, and nobody has spoken with them yet. */
  needsAgeCheck: boolean;
  /** A time was placed for them, and they have not said yet whether it works. */
  timeToAgree: boolean;
}

const OWN = {
  name: 'application-own',
  text: `select a.id, a.reference, a.state, a.call_id as "callId", c.slug as "callSlug", c.title as "callTitle",
           a.name, a.postcode, a.birth_date::text as "birthDate", a.submitted_at as "submittedAt",
           a.access_answered_at is not null as "accessAnswered", a.contact_answered_at is not null as "contactAnswered",
           a.seat_kinds as "seatKinds", array(select s.kind from call_seat s where s.call_id = a.call_id) as "callSeats",
           a.eligibility, a.interest_declared as "interestDeclared", a.interest_words as "interestWords",
           ${questionsOf('a.call_id')} as questions,
           coalesce((select json_agg(json_build_object('questionId', now.id, 'earlierId', old.id, 'text', coalesce(w.text, '')) order by old.version)
             from question now join question old on old.lineage_id = now.lineage_id and old.version < now.version
             left join answer w on w.application_id = a.id and w.question_id = old.id
             where now.call_id = a.call_id and now.replaced_at is null), '[]') as earlier,
           coalesce((select json_agg(json_build_object('questionId', w.question_id, 'text', w.text)) from answer w
             where w.application_id = a.id), '[]') as answers,
           coalesce((select json_agg(json_build_object('id', r.id, 'questionId', coalesce(now.id, r.question_id), 'kind', r.kind, 'name', f.name, 'fileState', f.state)
             order by r.added_at) from recording r join stored_file f on f.id = r.file_id
             left join question q on q.id = r.question_id left join question now on now.lineage_id = q.lineage_id and now.replaced_at is null
             where r.application_id = a.id and r.removed_at is null), '[]') as recordings
         from application a join call c on c.id = a.call_id
         where a.id = $1 and a.person_id = $2 and a.superseded_by is null`,
};

const DECLARATIONS = {
  name: 'application-declarations',
  text: `select eligibility, interest_declared as "interestDeclared", interest_words as "interestWords" from application where id = $1`,
};

const STATUS_COLUMNS = `
  a.id, a.state, a.reference, a.submitted_at as "submittedAt", c.title as "callTitle", c.slug as "callSlug",
  coalesce(c.closed_early_at, c.closes_at) as "closesAt", c.interviews_from::text as "interviewsFrom",
  c.interviews_to::text as "interviewsTo", c.first_meeting_on::text as "firstMeetingOn",
  c.rate_pence as "ratePence", c.rate_unit as "rateUnit", c.time_commitment as "timeCommitment", g.name as "groupName",
  (select max(l.deadline) from late_permission l where l.call_id = a.call_id and l.revoked_at is null
    and (l.id = a.late_permission_id or l.person_id = a.person_id)) as "moreTimeUntil",
  last.outcome, last.told_at as "toldAt", last.reason, last.seat_kind as "seatKind", last.next_words as "nextWords", next.slug as "nextCallSlug", next.title as "nextCallTitle",
  (select min(d.told_at) from decision d where d.application_id = a.id and d.outcome = 'shortlisted') as "shortlistedAt",
  a.needs_age_check and a.age_checked_at is null as "needsAgeCheck",
  interview.starts_at as "interviewAt", coalesce(interview.ends_at <= $1, false) as "interviewHeld",
  coalesce(interview.waits, false) as "timeToAgree"
  from application a join call c on c.id = a.call_id join involvement_group g on g.id = c.group_id
  left join lateral (select d.outcome, d.told_at, d.reason, d.seat_kind, d.next_words, d.next_call_id from decision d
    where d.application_id = a.id and d.state = 'told' order by d.told_at desc limit 1) last on true
  left join call next on next.id = last.next_call_id and next.state = 'published'
  left join lateral (select o.starts_at, o.ends_at, b.agreed_at is null as waits from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
    where b.application_id = a.id and b.state = 'live' and b.round_id = (select r.round_id from application_round r where r.application_id = a.id)
  ) interview on true`;

const STATUS = { name: 'application-status', text: `select ${STATUS_COLUMNS} where a.id = $2 and a.person_id = $3 and a.superseded_by is null` };

const MINE = {
  name: 'applications-mine',
  text: `select ${STATUS_COLUMNS} where a.person_id = $2 and a.superseded_by is null order by a.state = 'withdrawn', a.created_at desc`,
};

const LIVE = {
  name: 'application-live',
  text: `select a.id, a.state from application a join call c on c.id = a.call_id
         where c.slug = $1 and a.person_id = $2 and a.state <> 'withdrawn' and a.superseded_by is null`,
};

/** Calls that both have a live application for. */
const DOUBLES = {
  name: 'applications-of-two',
  text: `select a.id, a.reference, a.state, a.person_id as "personId", a.call_id as "callId", c.title as "callTitle", a.submitted_at as "submittedAt"
         from application a join call c on c.id = a.call_id
         where a.person_id in ($1, $2) and a.state <> 'withdrawn' and a.superseded_by is null and exists (
           select from application o where o.call_id = a.call_id and o.person_id in ($1, $2) and o.person_id <> a.person_id
             and o.state <> 'withdrawn' and o.superseded_by is null)
         order by c.title, a.person_id = $2`,
};

export interface Double {
  id: string;
  reference: string;
  state: ApplicationState;
  personId: string;
  callId: string;
  callTitle: string;
  submittedAt: Date | null;
}

@Injectable()
export class ApplicationsQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** Somebody's own application while they write it; null when it isn't theirs. */
  async own(id: string, personId: string): Promise<OwnApplication | null> {
    return this.database.row<OwnApplication>(OWN, [id, personId]);
  }

  /** For preparing a decision only. */
  async declarations(id: string): Promise<Declarations | null> {
    return this.database.row<Declarations>(DECLARATIONS, [id]);
  }

  async status(id: string, personId: string): Promise<OwnStatus | null> {
    return this.database.row<OwnStatus>(STATUS, [this.clock.now(), id, personId]);
  }

  async mine(personId: string): Promise<OwnStatus[]> {
    return this.database.rows<OwnStatus>(MINE, [this.clock.now(), personId]);
  }

  async doubles(personId: string, otherId: string): Promise<Double[]> {
    return this.database.rows<Double>(DOUBLES, [personId, otherId]);
  }

  async live(callSlug: string, personId: string): Promise<{ id: string; state: ApplicationState } | null> {
    return this.database.row(LIVE, [callSlug, personId]);
  }
}

export function asDraft(application: OwnApplication): Draft {
  const recorded = application.recordings.filter(answersWith).map(({ questionId }) => questionId);
  return { ...application, recorded, answers: new Map(application.answers.map(({ questionId, text }) => [questionId, text])) };
}

export function taskList(application: OwnApplication) {
  return tasks(asDraft(application));
}
