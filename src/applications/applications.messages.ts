import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay } from '../shared/dates.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';
import { applicationPaths } from './applications.paths.js';

interface Facts {
  reference: string;
  callName: string;
  interviewsFrom: string;
  interviewsTo: string;
}

const FACTS = {
  name: 'message-application',
  text: `select a.reference, c.short_name as "callName",
           c.interviews_from::text as "interviewsFrom", c.interviews_to::text as "interviewsTo"
         from application a join call c on c.id = a.call_id where a.id = $1`,
};

const APPLICANTS = {
  name: 'message-call-applicants',
  text: `select distinct person_id as "personId" from application where call_id = $1 and superseded_by is null and state not in ('withdrawn', 'declined', 'lapsed', 'not_selected')`,
};

const CALL = {
  name: 'message-call',
  text: `select short_name as "callName", cancellation_reason as "cancellationReason" from call where id = $1`,
};

@Injectable()
export class ApplicationsMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'application-received',
      on: 'application.submitted',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      words: async ({ applicationId }) => {
        const { reference, callName, interviewsFrom, interviewsTo } = await this.facts(applicationId);
        return {
          subject: `We have your application (${reference})`,
          paragraphs: [
            `Thank you for applying to ${callName}. Your reference is ${reference}.`,
            'We read all applications after the closing date. Then we write to you, whatever we decide.',
            `Interviews are from ${formatDay(interviewsFrom)} to ${formatDay(interviewsTo)}.`,
          ],
          text: `We have your application to ${callName}. Your reference is ${reference}. We write to you after the closing date.`,
          link: { words: 'See your application', path: applicationPaths.one(applicationId) },
        };
      },
    });
    this.catalogue.define({
      template: 'application-withdrawn',
      on: 'application.withdrawn',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      words: async ({ applicationId }) => {
        const { reference, callName } = await this.facts(applicationId);
        return {
          subject: `Your application is withdrawn (${reference})`,
          paragraphs: [
            `You have withdrawn your application to ${callName}. Everything that was booked for it is cancelled.`,
            'You can apply again while it is open. You need do nothing else.',
          ],
          text: `You have withdrawn your application to ${callName} (${reference}). You need do nothing else.`,
        };
      },
    });
    this.catalogue.define({
      template: 'call-cancelled',
      on: 'call.cancelled',
      supportersToo: true,
      recipients: ({ callId }) => this.database.rows<{ personId: string }>(APPLICANTS, [callId]),
      words: async ({ callId }) => {
        const call = await this.database.row<{ callName: string; cancellationReason: string }>(CALL, [callId]);
        return {
          subject: `${call!.callName} is cancelled`,
          paragraphs: [`We had to cancel ${call!.callName}. We are sorry.`, call!.cancellationReason, 'You need do nothing.'],
          text: `We had to cancel ${call!.callName}. We are sorry. You need do nothing.`,
          link: { words: 'See what else is open', path: '/opportunities' },
        };
      },
    });
  }

  private async facts(applicationId: string): Promise<Facts> {
    return (await this.database.row<Facts>(FACTS, [applicationId]))!;
  }
}
