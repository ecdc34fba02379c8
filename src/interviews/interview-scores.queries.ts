import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { SettingsReader } from '../platform/settings.js';
import { ReviewQueries, type Criterion } from '../choosing/review.queries.js';
import { medianTwice, percent, points, possiblePoints, summarise, type Summary } from '../choosing/score.rules.js';
import type { GivenScore } from '../choosing/scores.form.js';
import type { Scorable } from './interview-score.rules.js';
import type { BookingState } from './interview.rules.js';

/** An interview as one person may score it. */
export interface ScoringSubject extends Scorable {
  bookingId: string;
  applicationId: string;
  callId: string;
  callTitle: string;
  person: string;
  startsAt: Date;
  endsAt: Date;
  dutyId: string;
  given: boolean;
  version: number;
  note: string | null;
  scores: GivenScore[];
  /** Why a lead showed the scores before everybody had given theirs. */
  closedReason: string | null;
}

export interface PanelScorer {
  personId: string;
  name: string;
  dutyId: string;
  given: boolean;
  conflict: boolean;
}

export interface ShownScores {
  personId: string;
  name: string;
  note: string | null;
  scores: GivenScore[];
}

export interface Agreement {
  reason: string;
  agreedBy: string;
  agreedWith: string;
  agreedAt: Date;
  scores: { criterionId: string; score: number }[];
}

export interface InterviewResult {
  summary: Summary;
  /** Of the possible points, in per cent. */
  agreedPercent: number | null;
  agreement: Agreement | null;
  /** Twice the median of each criterion's scores. */
  medians: Map<string, number>;
}

const LATEST = `select distinct on (i.person_id) i.id, i.person_id, i.version, i.given, i.note from interview_score i
  where i.booking_id = b.id order by i.person_id, i.version desc`;

const marks = (score: string) => `coalesce((select json_agg(json_build_object('criterionId', m.criterion_id, 'score', m.score, 'note', m.note))
  from interview_mark m where m.score_id = ${score}), '[]')`;

const SUBJECT = {
  name: 'interview-scoring-subject',
  text: `select b.id as "bookingId", a.id as "applicationId", c.id as "callId", c.title as "callTitle", a.name as person,
           o.starts_at as "startsAt", o.ends_at as "endsAt", b.state, t.state is null or t.state not in ('absent', 'not_held') as came,
           exists (select from slot_panel sp where sp.slot_id = b.slot_id and sp.person_id = $2) as "onPanel",
           duty_identity($2) = duty_identity(a.person_id) as own, interview_conflict_of(b.id, $2) as conflict, duty_identity($2) as "dutyId",
           r.booking_id is not null as revealed, r.reason as "closedReason",
           coalesce(i.given, false) as given, coalesce(i.version, 0) as version, i.note, ${marks('i.id')} as scores
         from booking b join application a on a.id = b.application_id join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
         join call c on c.id = s.call_id left join attendance t on t.occasion_id = o.id and t.person_id = a.person_id
         left join interview_reveal r on r.booking_id = b.id
         left join lateral (select * from (${LATEST}) l where l.person_id = $2) i on true
         where b.id = $1`,
};

const PANEL = {
  name: 'interview-scoring-panel',
  text: `select sp.person_id as "personId", p.name, duty_identity(sp.person_id) as "dutyId", interview_conflict_of(b.id, sp.person_id) as conflict,
           exists (select from interview_score i where i.booking_id = b.id and i.person_id = sp.person_id and i.given) as given
         from booking b join slot_panel sp on sp.slot_id = b.slot_id join person p on p.id = sp.person_id where b.id = $1 order by p.name, p.id`,
};

/** Never before they are shown to the whole panel: this query itself asks for that. */
const SHOWN = {
  name: 'interview-scores-shown',
  text: `select l.person_id as "personId", p.name, l.note, ${marks('l.id')} as scores
         from booking b join interview_reveal r on r.booking_id = b.id cross join lateral (${LATEST}) l join person p on p.id = l.person_id
         where b.id = $1 and l.given and not interview_conflict_of(b.id, $2) and not interview_conflict_of(b.id, l.person_id) order by p.name, p.id`,
};

const AGREEMENT = {
  name: 'interview-agreement',
  text: `select g.reason, by.name as "agreedBy", partner.name as "agreedWith", g.agreed_at as "agreedAt",
           (select json_agg(json_build_object('criterionId', m.criterion_id, 'score', m.score)) from interview_agreed_mark m where m.agreement_id = g.id) as scores
         from interview_agreement g join person by on by.id = g.agreed_by join person partner on partner.id = g.agreed_with
         where g.booking_id = $1 and not interview_conflict_of(g.booking_id, $2) order by g.agreed_at desc, g.id desc limit 1`,
};

const SHOWN_OF_APPLICATION = {
  name: 'interview-scores-of-application',
  text: `select b.id as "bookingId", o.starts_at as "startsAt", c.id as "callId" from booking b join interview_reveal r on r.booking_id = b.id
         join slot s on s.id = b.slot_id join call c on c.id = s.call_id join occasion o on o.id = s.occasion_id
         where b.application_id = $1 and b.state = 'live' order by o.starts_at`,
};

@Injectable()
export class InterviewScoresQueries {
  constructor(
    private readonly database: Database,
    private readonly reviews: ReviewQueries,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  async subject(bookingId: string, personId: string): Promise<ScoringSubject | null> {
    const row = await this.database.row<Omit<ScoringSubject, 'live' | 'started'> & { state: BookingState }>(
      SUBJECT, [bookingId, personId]);
    if (!row) return null;
    const { state, ...subject } = row;
    return { ...subject, live: state === 'live', started: row.startsAt <= this.clock.now() };
  }

  async panel(bookingId: string): Promise<PanelScorer[]> {
    return this.database.rows<PanelScorer>(PANEL, [bookingId]);
  }

  async criteria(callId: string): Promise<Criterion[]> {
    return this.reviews.criteria(callId);
  }

  /** Everybody's scores, once they show; none to somebody with a conflict. */
  async shown(bookingId: string, readerId: string): Promise<ShownScores[]> {
    return this.database.rows<ShownScores>(SHOWN, [bookingId, readerId]);
  }

  /** What the scores come to; null while they don't show. */
  async result(bookingId: string, readerId: string, criteria: readonly Criterion[]): Promise<InterviewResult | null> {
    const shown = await this.shown(bookingId, readerId);
    if (shown.length === 0) return null;
    const possible = possiblePoints(criteria);
    const { 'reviews.far-apart-percent': farApart } = await this.settings.current();
    const agreement = await this.database.row<Agreement>(AGREEMENT, [bookingId, readerId]);
    return {
      summary: summarise(shown.map(({ scores }) => points(criteria, asMap(scores))), possible, farApart), agreement,
      agreedPercent: agreement && percent(points(criteria, asMap(agreement.scores)), possible),
      medians: new Map(criteria.map(({ id }) => [
        id, medianTwice(shown.flatMap(({ scores }) => scores.filter(({ criterionId }) => criterionId === id).map(({ score }) => score ?? 0))) ?? 0])),
    };
  }

  /** The interviews of an application whose scores show. */
  async shownOf(applicationId: string): Promise<{ bookingId: string; startsAt: Date; callId: string }[]> {
    return this.database.rows(SHOWN_OF_APPLICATION, [applicationId]);
  }
}

function asMap(scores: readonly { criterionId: string; score: number | null }[]): Map<string, number> {
  return new Map(scores.map(({ criterionId, score }) => [criterionId, score ?? 0]));
}
