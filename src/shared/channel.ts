/** By which post, newsletter or poster somebody came: `?from=library-poster`. It says nothing of who they are. */
export const CHANNEL_CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export const CHANNEL_CODE_LENGTH = 24;

/** Stands in a page where its reader's channel goes on in a link. Nothing people write can hold it: a view would escape it. */
export const CHANNEL_PLACE = '<channel>';

const IN_ADDRESS = /[?&]from=([a-z0-9-]{1,24})(?:&|$)/;

/** A code as somebody sent it; null when it can't be one. */
export function readChannel(given: unknown): string | null {
  return typeof given === 'string' && given.length <= CHANNEL_CODE_LENGTH && CHANNEL_CODE.test(given) ? given : null;
}

/** The code in an address; null when there is none. */
export function channelIn(url: string): string | null {
  return url.includes('from=') ? readChannel(IN_ADDRESS.exec(url)?.[1]) : null;
}

/** What a link carries on. */
export function withChannel(code: string | null): string {
  return code ? `?from=${code}` : '';
}
