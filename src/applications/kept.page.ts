import { page, type Page } from '../platform/web/page.js';
import type { Times } from './application-times.queries.js';
import type { OwnApplication } from './applications.queries.js';
import { writtenAnswers } from './kept.document.js';

/** `unsaved` is what came too late to be kept, for them to copy. */
export function keptPage(application: OwnApplication, { open, sendBefore }: Times, status: number, unsaved: readonly string[] = []): Page {
  return page('applications/kept', {
    application, sendBefore, unsaved, answers: writtenAnswers(application), reason: open.ok ? null : open.reason, tooLate: status === 422,
  }, status);
}
