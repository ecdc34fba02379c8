import { crash } from '../support/crash.mjs';

export const title = 'Killed 20 times while 500 people apply, nothing is lost, doubled or half saved';

export async function prove({ appUrl, ownerUrl, log }) {
  const { acknowledged, gaveUp, interrupted, problems } = await crash({ appUrl, ownerUrl, kills: 20, applications: 500, log });
  log(`${acknowledged} were told that we have their application, ${gaveUp} gave up without an answer, ${interrupted} requests were cut off or found nobody there`);
  if (problems.length > 0) throw new Error(`not proved:\n${problems.join('\n')}`);
  log('every acknowledged application is there once, with one confirmation in the mailbox; the audit is whole');
}
