import { addMonths } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';

/** How staff hear from somebody they write it down for; 'web' is a supporter at their own screen. */
export const staffChannels = ['phone', 'in_person', 'post'] as const;
export type StaffChannel = (typeof staffChannels)[number];
export type HelpingChannel = StaffChannel | 'web';

export const channelNames: Record<StaffChannel, string> = { phone: 'by phone', in_person: 'in person', post: 'by post' };

/** What a resident may let a supporter do. Money, how to be reached and who supports them are never among it. */
export const supporterScopes = ['apply', 'interviews', 'messages'] as const;
export type SupporterScope = (typeof supporterScopes)[number];

export const scopeNames: Record<SupporterScope, string> = {
  apply: 'Write, send and withdraw applications',
  interviews: 'Choose and change interview times',
  messages: 'Get a copy of messages about applications and interviews',
};

export const MOST_SUPPORTERS = 5;

/** With what somebody may help at this moment; nothing once the consent, or their own role, has ended. */
export function actingScopes(channel: HelpingChannel, mayEnter: boolean, consent: readonly SupporterScope[]): ('apply' | 'interviews' | 'offer')[] {
  if (channel !== 'web') return mayEnter ? ['apply', 'interviews', 'offer'] : [];
  return (['apply', 'interviews'] as const).filter((scope) => consent.includes(scope));
}

export interface NewConsent {
  personId: string;
  supporterId: string;
  endsOn: string;
  /** How many supporters they have already. */
  already: number;
}

/** Whether a consent may begin today. It lasts `longestMonths` at most: who helps is looked at anew now and then. */
export function canConsent({ personId, supporterId, endsOn, already }: NewConsent, today: string, longestMonths: number): Outcome {
  if (personId === supporterId) return refused('You can’t be your own supporter');
  if (endsOn < today) return refused('Choose an end date that is still to come');
  if (endsOn > addMonths(today, longestMonths)) return refused(`Choose an end date in the next ${longestMonths} months. You can do this again then.`);
  if (already >= MOST_SUPPORTERS) return refused(`You can have ${MOST_SUPPORTERS} supporters at a time. Remove one first.`);
  return allowed;
}
