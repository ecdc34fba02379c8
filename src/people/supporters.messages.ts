import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay } from '../shared/dates.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';

const SUPPORTER = {
  name: 'message-supporter',
  text: `select p.name as person, s.ends_on::text as "endsOn", s.ended_at is not null as ended, s.supporter_id as "supporterId",
           (select c.value from contact_point c where c.person_id = s.supporter_id and c.kind = 'email' and c.removed_at is null
            order by c.verified_at is null, c.preferred desc, c.created_at limit 1) as email
         from supporter s join person p on p.id = s.person_id where s.id = $1`,
};

interface Row {
  person: string | null;
  endsOn: string;
  ended: boolean;
  supporterId: string;
  email: string | null;
}

@Injectable()
export class SupportersMessages implements OnModuleInit {
  constructor(private readonly catalogue: MessageCatalogue, private readonly database: Database) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'supporter-added',
      on: 'supporter.added',
      // They may not have been here before, so it goes to the address they were named by.
      recipients: async ({ supporterRowId }) => {
        const { email, supporterId } = await this.supporter(supporterRowId);
        return [email ? { kind: 'email', value: email } : { personId: supporterId }];
      },
      holds: async ({ supporterRowId }) => !(await this.supporter(supporterRowId)).ended,
      words: async ({ supporterRowId }) => {
        const { person, endsOn } = await this.supporter(supporterRowId);
        const who = person ?? 'Somebody you know';
        return {
          subject: `${who} asks you to help them`,
          paragraphs: [
            `${who} wants you to help them on Alongside, the council’s service for residents who take part. They chose what you may do, until ${formatDay(endsOn)}. They can end it at any time.`,
            'Sign in with this email address. Your home then has “People you help”. If you do not know them, do nothing.',
          ],
          text: `${who} asks you to help them on Alongside, until ${formatDay(endsOn)}. Sign in to see how.`,
          link: { words: 'Sign in', path: '/my' },
        };
      },
    });
  }

  private async supporter(id: string): Promise<Row> {
    return (await this.database.row<Row>(SUPPORTER, [id]))!;
  }
}
