import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay, formatInstant } from '../shared/dates.js';
import { Clock } from '../platform/clock.js';
import { MessageCatalogue } from '../platform/messages.js';
import { callPaths } from '../calls/calls.paths.js';
import { choosingPaths } from './choosing.paths.js';
import { TalentPoolQueries } from './talent-pool.queries.js';

@Injectable()
export class TalentPoolMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly pool: TalentPoolQueries,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'talent-pool-expiring',
      on: 'talent-pool.expiring',
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ talentPoolId }) => {
        const place = await this.pool.place(talentPoolId);
        return place !== null && place.revokedAt === null && place.warnedAt !== null;
      },
      words: async ({ talentPoolId }) => {
        const until = formatDay((await this.pool.place(talentPoolId))!.expiresOn);
        return {
          subject: 'Shall we still tell you about other groups?',
          paragraphs: [
            `You asked us to tell you about other groups. We do that until ${until}.`,
            'To stay, press one button on your page. If you do nothing, we stop then, and that is fine.',
          ],
          text: `We tell you about other groups until ${until}. To stay longer, press the button on your page.`,
          link: { words: 'Stay, or stop now', path: choosingPaths.myTalentPool() },
        };
      },
    });
    this.catalogue.define({
      template: 'talent-pool-invited',
      on: 'talent-pool.invited',
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ talentPoolId, callId }) => {
        const [place, call] = [await this.pool.place(talentPoolId), await this.pool.call(callId)];
        return place?.revokedAt === null && call?.state === 'published' && call.closesAt > this.clock.now();
      },
      words: async ({ callId }) => {
        const { callName, slug, closesAt } = (await this.pool.call(callId))!;
        return {
          subject: `${callName}: would you like to take part?`,
          paragraphs: [
            `You asked us to tell you about other groups. ${callName} looks for people until ${formatInstant(closesAt)}.`,
            'Read what it is about, and apply if you like. You need do nothing if it is not for you.',
          ],
          text: `${callName} looks for people until ${formatInstant(closesAt)}. You asked us to tell you about other groups.`,
          link: { words: 'Read about it', path: callPaths.show(slug) },
        };
      },
    });
  }
}
