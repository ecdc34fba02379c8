/** What a handler of pages gives back; the page interceptor turns it into a response. */
export class Page {
  constructor(readonly view: string, readonly model: object, readonly status: number) {}
}

export class Redirect {
  constructor(readonly to: string, readonly flash: string | null) {}
}

/** A file to keep; without a name, something a program reads in place, such as a feed. */
export class Download {
  constructor(readonly name: string | null, readonly type: string, readonly bytes: Buffer | string) {}
}

/** A stored file to keep, or to be played in parts; never shown as a page of ours. */
export class FileAnswer {
  constructor(
    readonly name: string,
    readonly type: string,
    readonly size: number,
    readonly read: (from: number, to: number) => AsyncIterable<Buffer>,
  ) {}
}

export function page(view: string, model: object = {}, status = 200): Page {
  return new Page(view, model, status);
}

/** Goes on to another page after something was done; `flash` is said there once. */
export function redirect(to: string, flash: string | null = null): Redirect {
  return new Redirect(to, flash);
}
