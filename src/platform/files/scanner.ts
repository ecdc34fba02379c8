/** What a look for viruses found. */
export type Verdict = { clean: true } | { clean: false; found: string };

/** Looks for viruses. Throws when it can't: what waits is looked at again later. */
export abstract class Scanner {
  /** Who looks, to be kept with the file; null where nobody does. */
  abstract readonly name: string | null;
  abstract scan(content: AsyncIterable<Buffer>): Promise<Verdict>;
}

/** Without CLAMAV_URL. */
export class NoScanner extends Scanner {
  readonly name = null;

  scan(): Promise<Verdict> {
    return Promise.reject(new Error('there is no scanner'));
  }
}
