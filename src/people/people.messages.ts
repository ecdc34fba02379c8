import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue, type Words } from '../platform/messages.js';
import { peoplePaths } from './people.paths.js';
import { SIGN_IN_MINUTES, type ReachableKind } from './people.rules.js';
import { SignInService } from './sign-in.service.js';

const SIGN_IN = {
  name: 'message-sign-in',
  text: `select kind, value, adds_to as "addsTo", expires_at as "expiresAt", used_at as "usedAt" from sign_in where id = $1`,
};

interface Row {
  kind: ReachableKind;
  value: string;
  addsTo: string | null;
  expiresAt: Date;
  usedAt: Date | null;
}

@Injectable()
export class PeopleMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
    private readonly signIns: SignInService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'sign-in',
      on: 'sign-in.requested',
      urgent: true,
      recipients: async ({ signInId }) => {
        const row = await this.signIn(signInId);
        return row ? [{ kind: row.kind, value: row.value }] : [];
      },
      holds: async ({ signInId }) => {
        const row = await this.signIn(signInId);
        return row !== null && row.usedAt === null && row.expiresAt > this.clock.realNow();
      },
      words: async ({ signInId }) => {
        const code = this.signIns.codeOf(signInId);
        const link = peoplePaths.signInLink(signInId, this.signIns.linkTokenOf(signInId));
        if ((await this.signIn(signInId))?.addsTo) return addingWords(code, link);
        return {
          subject: `${code} is your code for Alongside`,
          paragraphs: [
            `Your code is ${code}. Type it where you asked for it, or use the link below.`,
            `It works once, for ${SIGN_IN_MINUTES} minutes. If you did not ask for it, you can ignore this message.`,
          ],
          text: `${code} is your Alongside code. It works once, for ${SIGN_IN_MINUTES} minutes.`,
          link: { words: 'Sign in', path: link },
        };
      },
    });
  }

  private async signIn(id: string): Promise<Row | null> {
    return this.database.row<Row>(SIGN_IN, [id]);
  }
}

/** To an address that somebody says is theirs. Whoever reads it may never have heard of us. */
function addingWords(code: string, path: string): Words {
  return {
    subject: `${code} is your code to add this address`,
    paragraphs: [
      `Somebody who is signed in to Alongside says that this address is theirs. If it was you, type ${code} where you asked for it, or use the link below in the same browser.`,
      `It works once, for ${SIGN_IN_MINUTES} minutes. If it was not you, do nothing, and do not pass the code on.`,
    ],
    text: `${code} is your code to add this number to Alongside. If you did not ask for it, do nothing, and do not pass it on.`,
    link: { words: 'Add this address', path },
  };
}
