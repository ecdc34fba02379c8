import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';

export interface Alternative {
  id: string;
  what: string;
  ownWords: string | null;
  words: string;
  answer: 'agreed' | 'refused' | null;
  personId: string;
}

export interface RefusalDetail {
  id: string;
  arrangementId: string;
  what: string;
  ownWords: string | null;
  reason: string;
  proposedBy: string;
  proposer: string | null;
  agreedAt: Date | null;
  droppedAt: Date | null;
  appealedAt: Date | null;
  /** They come all the same. */
  comesAnywayAt: Date | null;
  personId: string;
  person: string | null;
}

export interface ArrangementFacts {
  id: string;
  personId: string;
  person: string | null;
  what: string;
  ownWords: string | null;
  state: string;
}

const FROM = `from arrangement a join adjustment_kind k on k.code = a.kind_code join access_need n on n.id = a.need_id join person p on p.id = a.person_id`;

const ALTERNATIVE = {
  name: 'arrangement-alternative',
  text: `select x.id, k.name as what, n.own_words as "ownWords", x.words, x.answer, a.person_id as "personId" ${FROM}
         join arrangement_alternative x on x.arrangement_id = a.id where x.id = $1`,
};

const REFUSAL_COLUMNS = `x.id, a.id as "arrangementId", k.name as what, n.own_words as "ownWords", x.reason, x.proposed_by as "proposedBy", w.name as proposer,
  x.agreed_at as "agreedAt", x.dropped_at as "droppedAt", x.appealed_at as "appealedAt", x.comes_anyway_at as "comesAnywayAt", a.person_id as "personId", p.name as person ${FROM}
  join arrangement_refusal x on x.arrangement_id = a.id join person w on w.id = x.proposed_by`;

const REFUSAL = { name: 'arrangement-refusal', text: `select ${REFUSAL_COLUMNS} where x.id = $1` };

const PROPOSED = {
  name: 'arrangement-refusals-proposed',
  text: `select ${REFUSAL_COLUMNS} where x.agreed_at is null and x.dropped_at is null and a.state in ('acknowledged', 'arranging', 'alternative_offered') order by x.proposed_at`,
};

const OPEN_OF_PERSON = {
  name: 'arrangement-answers-open',
  text: `select x.id, k.name as what, 'alternative' as kind ${FROM} join arrangement_alternative x on x.arrangement_id = a.id
         where a.person_id = $1 and x.answer is null and a.state = 'alternative_offered'
         union all
         select x.id, k.name, 'refusal' ${FROM} join arrangement_refusal x on x.arrangement_id = a.id
         where a.person_id = $1 and x.agreed_at is not null and x.appealed_at is null and a.state = 'declined' order by 1`,
};

const FACTS = {
  name: 'arrangement-facts',
  text: `select a.id, p.id as "personId", p.name as person, k.name as what, n.own_words as "ownWords", a.state ${FROM} where a.id = $1`,
};

/** What was offered instead, and what was declined. For the person, and for co-ordinators; whoever shows it records the look. */
@Injectable()
export class ArrangementAnswersQueries {
  constructor(private readonly database: Database) {}

  async alternative(id: string): Promise<Alternative | null> {
    return this.database.row<Alternative>(ALTERNATIVE, [id]);
  }

  async refusal(id: string): Promise<RefusalDetail | null> {
    return this.database.row<RefusalDetail>(REFUSAL, [id]);
  }

  /** Waiting for a second person. */
  async proposed(): Promise<RefusalDetail[]> {
    return this.database.rows<RefusalDetail>(PROPOSED);
  }

  /** What somebody has to answer, or can ask again about. */
  async waitingFor(personId: string): Promise<{ id: string; what: string; kind: 'alternative' | 'refusal' }[]> {
    return this.database.rows(OPEN_OF_PERSON, [personId]);
  }

  async arrangement(id: string): Promise<ArrangementFacts | null> {
    return this.database.row<ArrangementFacts>(FACTS, [id]);
  }
}
