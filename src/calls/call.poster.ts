import { formatInstant } from '../shared/dates.js';
import type { Poster } from '../platform/documents/poster.js';
import { callPaths } from './calls.paths.js';
import { toCard, type CallDetail } from './calls.queries.js';

interface Help {
  name: string;
  phone: string;
  textNumber: string;
  email: string;
}

/** A call on one page to hang up. What is scanned counts for its channel; what is typed in is the shorter address. */
export function callPoster(call: CallDetail, help: Help, publicUrl: string, channel: string | null): Poster {
  const { pay, time, places, closesAt } = toCard(call);
  const path = callPaths.show(call.slug, channel);
  return {
    title: call.title,
    summary: call.summary,
    facts: [['Closes', formatInstant(closesAt)], ['You are paid', pay], ['Time', time], ['Places', places]],
    ways: {
      heading: 'How to apply',
      lines: [
        `Call ${help.phone}`,
        `Text ${help.textNumber}`,
        `Email ${help.email}`,
        'By post, in person or by BSL video: call, text or email us, and we arrange it. Every way counts the same.',
      ],
    },
    code: { url: publicUrl + path, words: 'On the web: scan this, or type', address: (publicUrl + path).replace(/^https?:\/\//, '') },
    sender: help.name,
  };
}
