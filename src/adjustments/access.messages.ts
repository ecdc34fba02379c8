import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay, isDaytime, londonDay } from '../shared/dates.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { FeedbackService } from './feedback.service.js';

interface CheckFacts {
  yearly: boolean;
  open: boolean;
  startsAt: Date | null;
  day: string | null;
}

const CHECK = {
  name: 'message-access-check',
  text: `select k.participation_id is null as yearly, o.starts_at as "startsAt", p.needed_by::text as day,
           k.answer is null and (p.id is null or (p.ended_at is null and p.needed_by >= $2
             and k.occasion_id is not distinct from p.occasion_id and o.cancelled_at is null)) as open
         from access_check k left join participation p on p.id = k.participation_id left join occasion o on o.id = k.occasion_id where k.id = $1`,
};
const STATE = { name: 'message-access-state', text: `select state from arrangement where id = $1` };
const OFFER = { name: 'message-access-offer', text: `select answer is null as open from arrangement_alternative where id = $1` };
const REFUSAL = {
  name: 'message-access-refusal',
  text: `select id from arrangement_refusal where arrangement_id = $1 and agreed_at is not null and appealed_at is null`,
};
const STILL_LATE = {
  name: 'message-access-still-late',
  text: `select distinct coalesce(deputy_id, owner_id) as "personId" from arrangement
         where id = any($1) and state in ('asked', 'acknowledged', 'arranging', 'alternative_offered') and coalesce(deputy_id, owner_id) is not null`,
};
const LEADS = {
  name: 'message-access-leads',
  text: `select distinct r.person_id as "personId" from role_assignment r where r.role = 'strategic_lead' and r.from_on <= $1 and (r.to_on is null or r.to_on >= $1)`,
};

/** None of them says what it is: a message may be read over somebody's shoulder, and leads hear of no request. */
@Injectable()
export class AccessMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
    private readonly feedback: FeedbackService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.toThePerson();
    this.whenWeGotItWrong();
    this.toStaff();
  }

  private toThePerson(): void {
    this.catalogue.define({
      template: 'access-check',
      on: 'access.check-asked',
      tellsOfAdjustment: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ checkId }) => (await this.check(checkId)).open,
      words: async ({ checkId }) => {
        const { yearly, startsAt, day } = await this.check(checkId);
        const when = startsAt ? londonDay(startsAt) : day;
        return {
          subject: 'One short question for you',
          paragraphs: [
            yearly || !when ? 'Once a year we ask whether what you told us is still right.' : `You take part in something with us on ${formatDay(when)}. We have one short question before it.`,
            'If nothing has changed, it is one press. If something has, you can change it.',
          ],
          text: 'We have one short question for you. If nothing has changed, it is one press.',
          link: { words: 'Answer the question', path: adjustmentsPaths.check(checkId) },
        };
      },
    });
    this.catalogue.define({
      template: 'access-feedback',
      on: 'access.feedback-asked',
      tellsOfAdjustment: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ personId }) => isDaytime(this.clock.now()) && this.feedback.isWanted(personId),
      words: async () => ({
        subject: 'How did it go?',
        paragraphs: ['You took part in something with us. Did we get it right for you?', 'Tell us on your page. It helps us to do better, for you and for others.'],
        text: 'You took part in something with us. Did we get it right for you? Tell us on your page.',
        link: { words: 'Tell us how it went', path: adjustmentsPaths.feedback() },
      }),
    });
    this.catalogue.define({
      template: 'access-alternative',
      on: 'arrangement.alternative-offered',
      tellsOfAdjustment: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ alternativeId }) => (await this.database.row<{ open: boolean }>(OFFER, [alternativeId]))?.open === true,
      words: async ({ alternativeId }) => ({
        subject: 'We have a question for you',
        paragraphs: ['We can’t do something in the way you asked. We have another idea, and it needs your answer.', 'You can say yes or no. We do nothing before you have.'],
        text: 'We have a question for you, and need your answer. It is on your page.',
        link: { words: 'See the question', path: adjustmentsPaths.alternative(alternativeId) },
      }),
    });
    this.catalogue.define({
      template: 'access-declined',
      on: 'arrangement.declined',
      tellsOfAdjustment: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ arrangementId }) => await this.state(arrangementId) === 'declined',
      words: async ({ arrangementId }) => {
        const refusal = await this.database.row<{ id: string }>(REFUSAL, [arrangementId]);
        return {
          subject: 'Our answer to something you asked for',
          paragraphs: ['We have an answer to something you asked for. It is not the one you hoped for. Your page says why.', 'You can ask for another look. Then somebody else decides. Or tell us there that you come all the same.'],
          text: 'We have an answer to something you asked for. Your page says what it is. You can ask for another look.',
          link: { words: 'See our answer', path: refusal ? adjustmentsPaths.refusal(refusal.id) : adjustmentsPaths.mine() },
        };
      },
    });
  }

  private whenWeGotItWrong(): void {
    this.catalogue.define({
      template: 'access-sorry',
      on: 'arrangement.not-delivered',
      tellsOfAdjustment: true,
      recipients: ({ personId }) => [{ personId }],
      words: async ({ callId }) => ({
        subject: 'We are sorry',
        paragraphs: [
          'We got something wrong, and you could not take part as you should. That was our fault. We are sorry. It never counts against you.',
          callId ? 'You can have another interview. We call you today. You can also choose another time on your page.' : 'We call you today to talk about another date.',
        ],
        text: 'We got something wrong. We are sorry. It never counts against you. We call you today about another date.',
        link: { words: callId ? 'Choose another time' : 'See your page', path: callId ? '/my/applications' : adjustmentsPaths.mine() },
      }),
    });
  }

  private toStaff(): void {
    this.catalogue.define({
      template: 'access-at-risk',
      on: 'arrangements.at-risk',
      tellsOfAdjustment: true,
      recipients: ({ arrangementIds }) => this.database.rows<{ personId: string }>(STILL_LATE, [arrangementIds]),
      holds: async ({ arrangementIds }) => (await this.database.rows(STILL_LATE, [arrangementIds])).length > 0,
      words: async () => ({
        subject: 'Something is overdue, and you stand in',
        paragraphs: ['Something is overdue since the last working day, and is now yours too. The page of arrangements has it at the top.'],
        text: 'Something is overdue, and you stand in. It is at the top of your page.',
        link: { words: 'See what is overdue', path: adjustmentsPaths.arrangements() },
      }),
    });
    this.catalogue.define({
      template: 'date-at-risk',
      on: 'arrangements.at-risk',
      recipients: () => this.database.rows<{ personId: string }>(LEADS, [this.clock.today()]),
      words: async () => ({
        subject: 'A date may be at risk',
        paragraphs: ['Something that has to be ready for a date of ours is late. The access co-ordinators know what it is, and are working on it.', 'Ask them today whether they need anything from you. They can’t tell you whom it is for.'],
        text: 'Something for a date of ours is late. Ask the access co-ordinators today whether they need anything from you.',
      }),
    });
  }

  private async check(id: string): Promise<CheckFacts> {
    return (await this.database.row<CheckFacts>(CHECK, [id, this.clock.today()]))!;
  }

  private async state(arrangementId: string): Promise<string | undefined> {
    return (await this.database.row<{ state: string }>(STATE, [arrangementId]))?.state;
  }
}
