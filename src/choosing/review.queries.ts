import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { PhaseState, ReviewerKind, ReviewState, SeeOthers } from './review.rules.js';
import { showAnswer, type QuestionKind } from '../calls/question.rules.js';
import { hideCertain, suggestRedaction, type Identity } from './redaction.rules.js';

export interface Phase {
  id: string;
  callId: string;
  callTitle: string;
  callName: string;
  name: string;
  position: number;
  startsOn: string;
  endsOn: string;
  blind: boolean;
  seeOthers: SeeOthers;
  reviewsEach: number;
  state: PhaseState;
}

/** A phase as one of its reviewers has it. */
export interface OwnQueue extends Phase {
  dutyId: string;
  kind: ReviewerKind;
  decides: boolean;
  given: number;
  drafts: number;
  /** For them to score: not withdrawn, not their own, no conflict, not given, fewer reviews than wanted, and all of it in writing. */
  left: number;
}

export interface Criterion {
  id: string;
  kind: 'essential' | 'desirable';
  label: string;
  description: string | null;
  weight: number;
  scoreLabels: string[];
}

/** What stands behind a key, for the reviewer who asks; never for a page. */
export interface ReviewSubject {
  key: string;
  number: number;
  phaseId: string;
  applicationId: string;
  own: boolean;
  withdrawn: boolean;
  declared: 'none' | 'conflict' | null;
  reviewId: string | null;
  reviewState: ReviewState | null;
  version: number;
  note: string | null;
  scores: { criterionId: string; score: number | null; note: string | null }[];
}

export interface OthersReview {
  kind: ReviewerKind;
  note: string | null;
  scores: { criterionId: string; score: number; note: string | null }[];
}

export interface ShownAnswer {
  question: string;
  text: string;
}

const PHASE = `
  p.id, p.call_id as "callId", c.title as "callTitle", c.short_name as "callName", p.name, p.position, p.starts_on::text as "startsOn",
  p.ends_on::text as "endsOn", p.blind, p.see_others as "seeOthers", p.reviews_each as "reviewsEach", p.state`;

/** The reviewers of a phase's application that count: what each of them may still score. $1 phase, $2 person, $3 duty. */
const MAY_SCORE = `
  pa.phase_id = $1 and a.state <> 'withdrawn' and a.superseded_by is null and pa.applicant_duty_id <> $3
  and not exists (select from review mine where mine.phase_id = $1 and mine.application_id = pa.application_id
    and mine.duty_id = $3 and mine.state <> 'draft')
  and not exists (select from conflict_declaration d where d.reviewer_id = $2 and d.application_id = pa.application_id and d.has_conflict)
  and not exists (select from recording t where t.application_id = pa.application_id and t.kind <> 'scan' and t.removed_at is null and t.transcript is null)`;

const GIVEN = `(select r.application_id, count(*)::int as reviews from review r where r.phase_id = $1 and r.state = 'given' group by r.application_id)`;

const MINE = {
  name: 'review-mine',
  text: `select ${PHASE}, w.duty_id as "dutyId", w.kind, w.decides
         from reviewer w join review_phase p on p.id = w.phase_id join call c on c.id = p.call_id
         where w.person_id = $1 and w.removed_at is null and p.state <> 'planned' and ($2::uuid is null or p.id = $2)
         order by p.state = 'open' desc, p.ends_on, p.id`,
};

const PROGRESS = {
  name: 'review-own-progress',
  text: `select
           (select count(*) from review r where r.phase_id = $1 and r.duty_id = $3 and r.state = 'given')::int as given,
           (select count(*) from review r where r.phase_id = $1 and r.duty_id = $3 and r.state = 'draft')::int as drafts,
           (select count(*) from phase_application pa join application a on a.id = pa.application_id join review_phase p on p.id = pa.phase_id
            left join ${GIVEN} g on g.application_id = pa.application_id
            where ${MAY_SCORE} and coalesce(g.reviews, 0) < p.reviews_each)::int as left`,
};

/** The least-reviewed one first; those that others have just opened count as reviewed. The rest of the order is each reviewer's own. */
const NEXT = {
  name: 'review-next',
  text: `select pa.id as key, pa.application_id as "applicationId"
         from phase_application pa join application a on a.id = pa.application_id join review_phase p on p.id = pa.phase_id
         left join ${GIVEN} g on g.application_id = pa.application_id
         left join (select application_id, count(*)::int as claims from review_claim where phase_id = $1 and duty_id <> $3 and until > $4
           group by application_id) k on k.application_id = pa.application_id
         left join review own on own.phase_id = $1 and own.application_id = pa.application_id and own.duty_id = $3
         where ${MAY_SCORE} and coalesce(g.reviews, 0) < p.reviews_each
         order by pa.application_id is not distinct from $5::uuid, own.id is not null, coalesce(g.reviews, 0) + coalesce(k.claims, 0),
           md5(pa.id::text || $3::text) limit 1`,
};

const SCORED = {
  name: 'review-own-scored',
  text: `select pa.id as key, pa.number, r.state from review r
         join phase_application pa on pa.phase_id = r.phase_id and pa.application_id = r.application_id
         where r.phase_id = $1 and r.duty_id = $2 and r.state <> 'void' order by r.state, pa.number`,
};

const SUBJECT = {
  name: 'review-subject',
  text: `select pa.id as key, pa.number, pa.phase_id as "phaseId", pa.application_id as "applicationId",
           pa.applicant_duty_id = w.duty_id as own, (a.state = 'withdrawn' or a.superseded_by is not null) as withdrawn,
           case when exists (select from conflict_declaration d where d.application_id = pa.application_id and d.reviewer_id = $2 and d.has_conflict) then 'conflict'
                when exists (select from conflict_declaration d where d.application_id = pa.application_id and d.phase_id = pa.phase_id and d.reviewer_id = $2) then 'none' end as declared,
           r.id as "reviewId", r.state as "reviewState", coalesce(r.version, 0) as version, r.note,
           coalesce((select json_agg(json_build_object('criterionId', s.criterion_id, 'score', s.score, 'note', s.note)) from review_score s where s.review_id = r.id), '[]') as scores
         from phase_application pa join application a on a.id = pa.application_id
         join reviewer w on w.phase_id = pa.phase_id and w.person_id = $2 and w.removed_at is null
         left join review r on r.phase_id = pa.phase_id and r.application_id = pa.application_id and r.duty_id = w.duty_id
         where pa.id = $1`,
};

/** Never before one's own are given: this query itself asks for them. */
const OTHERS = {
  name: 'review-others',
  text: `select w.kind, r.note,
           (select json_agg(json_build_object('criterionId', s.criterion_id, 'score', s.score, 'note', s.note)) from review_score s where s.review_id = r.id) as scores
         from review r join reviewer w on w.phase_id = r.phase_id and w.person_id = r.reviewer_id join review_phase p on p.id = r.phase_id
         where r.phase_id = $1 and r.application_id = $2 and r.duty_id <> $3 and r.state = 'given'
           and (p.see_others = 'after_own' or p.see_others = 'after_close' and p.state = 'closed')
           and exists (select from review mine where mine.phase_id = $1 and mine.application_id = $2 and mine.duty_id = $3 and mine.state = 'given')
         order by w.kind = 'resident' desc, r.id::text collate "C"`,
};

const CRITERIA = {
  name: 'review-criteria',
  text: `select id, kind, label, description, weight, score_labels as "scoreLabels" from criterion where call_id = $1 order by position, id`,
};

// What was spoken or signed is read as it was written down, like any other answer: how somebody applied is not told.
const ANSWERS = {
  name: 'review-answers',
  text: `select said.id as "questionId", said.question, said.kind, said.text, x.text as redacted
         from (
           select w.application_id, w.question_id as id, w.question_text as question, q.kind, w.text, q.position
           from answer w join application a on a.id = w.application_id
           join question q on q.id = w.question_id and q.visible_to_reviewers and not q.for_composition
             and (q.replaced_at is null or q.replaced_at >= a.submitted_at)
           where w.application_id = $1 and w.text <> ''
           union all
           select r.application_id, r.id, coalesce(r.question_text, 'All questions together'), 'long_text', r.transcript, coalesce(q.position, 0)
           from recording r left join question q on q.id = r.question_id
           where r.application_id = $1 and r.removed_at is null and r.transcript is not null and coalesce(q.visible_to_reviewers, true)
         ) said left join redaction x on x.application_id = said.application_id and x.question_id = said.id
         order by said.position, said.question, said.id`,
};

const NAME = { name: 'review-name', text: `select a.name from application a where a.id = $1` };

const IDENTITY = {
  name: 'review-identity',
  text: `select array_remove(array[a.name, p.name], null) as names, a.postcode,
           array(select k.value from contact_point k where k.person_id = a.person_id and k.kind <> 'post') as contacts
         from application a join person p on p.id = a.person_id where a.id = $1`,
};

@Injectable()
export class ReviewQueries {
  constructor(private readonly database: Database) {}

  /** The phases in which somebody scores, open ones first, with what is left for them. */
  async mine(personId: string, phaseId: string | null = null): Promise<OwnQueue[]> {
    const queues = await this.database.rows<Omit<OwnQueue, 'given' | 'drafts' | 'left'>>(MINE, [personId, phaseId]);
    const full: OwnQueue[] = [];
    for (const queue of queues) {
      const progress = await this.database.row<Pick<OwnQueue, 'given' | 'drafts' | 'left'>>(PROGRESS, [queue.id, personId, queue.dutyId]);
      full.push({ ...queue, ...progress! });
    }
    return full;
  }

  async own(personId: string, phaseId: string): Promise<OwnQueue | null> {
    return (await this.mine(personId, phaseId))[0] ?? null;
  }

  /** The key of the least-reviewed application this reviewer can score; `after` is the one they come from, and comes last. */
  async next(reviewer: { phaseId: string; personId: string; dutyId: string }, realNow: Date, after: string | null = null): Promise<{ key: string; applicationId: string } | null> {
    return this.database.row(NEXT, [reviewer.phaseId, reviewer.personId, reviewer.dutyId, realNow, after]);
  }

  async scored(phaseId: string, dutyId: string): Promise<{ key: string; number: number; state: ReviewState }[]> {
    return this.database.rows(SCORED, [phaseId, dutyId]);
  }

  /** What is behind a key; null unless this person scores in its phase. */
  async subject(key: string, personId: string): Promise<ReviewSubject | null> {
    return this.database.row<ReviewSubject>(SUBJECT, [key, personId]);
  }

  async others(phaseId: string, applicationId: string, dutyId: string): Promise<OthersReview[]> {
    return this.database.rows<OthersReview>(OTHERS, [phaseId, applicationId, dutyId]);
  }

  async criteria(callId: string): Promise<Criterion[]> {
    return this.database.rows<Criterion>(CRITERIA, [callId]);
  }

  /** Whose it is, where a phase shows names. */
  async nameOf(applicationId: string): Promise<string> {
    return (await this.database.row<{ name: string }>(NAME, [applicationId]))!.name;
  }

  /** The answers reviewers may read; without names where the phase is blind. */
  async answers(applicationId: string, blind: boolean): Promise<ShownAnswer[]> {
    const answers = await this.written(applicationId);
    if (!blind) return answers.map(({ question, text }) => ({ question, text }));
    const identity = await this.identity(applicationId);
    return answers.map(({ question, text, redacted }) => ({ question, text: redacted === null ? suggestRedaction(text, identity) : hideCertain(redacted, identity) }));
  }

  /** For whoever prepares the answers: as written, as prepared, and what a program would hide. */
  async answersToPrepare(applicationId: string): Promise<{ questionId: string; question: string; text: string; redacted: string | null; suggested: string }[]> {
    const answers = await this.written(applicationId);
    const identity = await this.identity(applicationId);
    return answers.map((answer) => ({ ...answer, suggested: suggestRedaction(answer.text, identity) }));
  }

  private async written(applicationId: string): Promise<{ questionId: string; question: string; text: string; redacted: string | null }[]> {
    const rows = await this.database.rows<{ questionId: string; question: string; kind: QuestionKind; text: string; redacted: string | null }>(ANSWERS, [applicationId]);
    return rows.map(({ questionId, question, kind, text, redacted }) => ({ questionId, question, text: showAnswer(kind, text), redacted }));
  }

  private async identity(applicationId: string): Promise<Identity> {
    return (await this.database.row<Identity>(IDENTITY, [applicationId]))!;
  }
}
