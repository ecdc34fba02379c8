import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue, type Recipient, type Words } from '../platform/messages.js';
import { peoplePaths } from './people.paths.js';
import { SIGN_IN_MINUTES, type ReachableKind } from './people.rules.js';
import { SECOND_STEP_MINUTES } from './sharing.rules.js';
import { SignInService } from './sign-in.service.js';
import { SpokenCodes } from './spoken-codes.service.js';

const SIGN_IN = {
  name: 'message-sign-in',
  text: `select kind, value, adds_to as "addsTo", expires_at as "expiresAt", used_at as "usedAt" from sign_in where id = $1`,
};

const OWN_ADDRESS = { name: 'message-own-address', text: `select kind, value from contact_point where id = $1 and not shared and removed_at is null` };

const STEP_OPEN = { name: 'message-second-step', text: `select id from shared_sign_in where id = $1 and person_id = $2 and used_at is null and expires_at > $3` };

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
    private readonly spoken: SpokenCodes,
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
    this.catalogue.define({
      template: 'sign-in-second',
      on: 'sign-in.second-step',
      urgent: true,
      recipients: async ({ contactId }) => this.database.rows<Recipient>(OWN_ADDRESS, [contactId]),
      holds: async ({ stepId, personId }) => (await this.database.row(STEP_OPEN, [stepId, personId, this.clock.realNow()])) !== null,
      words: async ({ stepId, personId }) => secondWords(this.spoken.secondCodeOf(stepId, personId)),
    });
    this.catalogue.define({
      template: 'sign-in-code-made',
      on: 'sign-in-code.made',
      recipients: ({ personId }) => [{ personId }],
      words: async () => ({
        subject: 'We gave you a code by phone',
        paragraphs: [
          'Somebody of our team has just read out a code to you, so that you can sign in where you share an address.',
          'If that was not you, call us now. The code opens nothing without a second one.',
        ],
        text: 'We have just read out a sign-in code to you. If that was not you, call us now.',
        forAll: true,
      }),
    });
    this.catalogue.define({
      template: 'address-shared',
      on: 'contact.shared',
      recipients: ({ personId }) => [{ personId }],
      words: async () => ({
        subject: 'An address of yours is shared now',
        paragraphs: [
          'An address you gave us is marked as shared: somebody else at home uses it too.',
          'What happens next: whoever signs in there says first who they are. You then get a second code, at an address of your own or from us on the phone.',
          'If this is a mistake, call us.',
        ],
        text: 'An address you gave us is marked as shared with somebody at home. If this is a mistake, call us.',
        link: { words: 'See the ways to reach you', path: peoplePaths.contacts() },
        forAll: true,
      }),
    });
  }

  private async signIn(id: string): Promise<Row | null> {
    return this.database.row<Row>(SIGN_IN, [id]);
  }
}

/** To an address of their own; the code is for the browser where they signed in with the shared one. */
function secondWords(code: string): Words {
  return {
    subject: `${code} is your second code for Alongside`,
    paragraphs: [
      `Your second code is ${code}. Type it where you said who you are.`,
      `It works once, for ${SECOND_STEP_MINUTES} minutes. If it was not you, somebody who reads your shared address has chosen your name. Do nothing: they can’t go on without this code.`,
    ],
    text: `${code} is your second Alongside code. If you did not ask for it, do nothing, and do not pass it on.`,
  };
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
