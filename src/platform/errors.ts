import type { Outcome } from '../shared/result.js';

/** What services throw; one filter turns each into a page or a problem. Messages are read by people. */
export abstract class ServiceError extends Error {
  abstract readonly status: number;
  abstract readonly title: string;
}

/** A rule says no. */
export class RuleViolation extends ServiceError {
  readonly status = 422;
  readonly title = 'That can’t be done';
}

/** Lets a rule's answer pass, or throws `RuleViolation` with its reason. */
export function refuseUnless(outcome: Outcome): void {
  if (!outcome.ok) throw new RuleViolation(outcome.reason);
}

/** There is no such thing, or it is somebody else's. */
export class NotFound extends ServiceError {
  readonly status = 404;
  readonly title = 'Page not found';

  constructor(message = 'We could not find what you asked for.') {
    super(message);
  }
}

/** Somebody was quicker, or it has changed meanwhile. */
export class Conflict extends ServiceError {
  readonly status = 409;
  readonly title = 'This has changed';
}

/** What somebody saved while another was writing. `values` go by the names of the form's fields. */
export interface Saved {
  by: string | null;
  at: Date;
  version: number;
  values: Record<string, unknown>;
}

/** Two people changed the same thing: the second is shown both, and nothing is overwritten. */
export class ChangedMeanwhile extends Conflict {
  constructor(readonly theirs: Saved) {
    super('Somebody else changed this while you were writing. Nothing of theirs is overwritten.');
  }
}

export class Forbidden extends ServiceError {
  readonly status = 403;
  readonly title = 'You can’t see this page';

  constructor(message = 'This page is for people with another role.') {
    super(message);
  }
}

/** Somebody helps another person just now, and came to a page that is not for helpers. */
export class OnlyThemselves extends ServiceError {
  readonly status = 403;
  readonly title: string;

  constructor(name: string | null, stillHelps: boolean) {
    const them = name ?? 'the person you help';
    super(stillHelps ? `You are helping ${them}. Only they can do this. Press “Finish” to see your own pages.`
      : 'They or we have ended this. Nothing you did before was lost. Press “Finish” to see your own pages.');
    this.title = stillHelps ? `Only ${name ?? 'they'} can do this` : `You can’t help ${name ?? 'them'} any more`;
  }
}

export class NotSignedIn extends ServiceError {
  readonly status = 401;
  readonly title = 'Sign in first';

  constructor(message = 'You need to sign in to see this.') {
    super(message);
  }
}

export class TooManyTries extends ServiceError {
  readonly status = 429;
  readonly title = 'Please wait a little';

  constructor(readonly retryAfterSeconds: number) {
    super('There have been too many tries. Wait a few minutes, then try again. Or call or text us.');
  }
}

export interface FieldError {
  field: string;
  message: string;
}

/** What was sent can't be understood. */
export class BadRequest extends ServiceError {
  readonly status = 400;
  readonly title = 'We could not understand that';

  constructor(message = 'Something in the request is not what we expected.', readonly errors: FieldError[] = []) {
    super(message);
  }
}
