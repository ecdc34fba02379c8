import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { formatInstant } from '../shared/dates.js';
import { subjectOf, type Actor } from '../platform/actor.js';
import type { Document } from '../platform/documents/document.js';
import { toPdf } from '../platform/documents/pdf.js';
import { toPlainText } from '../platform/documents/plain-text.js';
import { NotFound } from '../platform/errors.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, type Page } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { PDF_POINTS } from '../calls/formats.controller.js';
import { InterviewQuestionsQueries, type SentQuestions } from './interview-questions.queries.js';
import { interviewPaths } from './interviews.paths.js';
import { InterviewsQueries } from './interviews.queries.js';

/** The questions a resident was sent, to read, to print and to keep. */
@ApiExcludeController()
@Controller('my/applications/:applicationId/interview/questions')
@SignedIn({ acting: 'interviews' })
export class InterviewQuestionsController {
  constructor(private readonly questions: InterviewQuestionsQueries, private readonly interviews: InterviewsQueries) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string): Promise<Page> {
    return page('interviews/questions', {
      sets: await this.sent(actor, applicationId), back: applicationPaths.one(applicationId), text: interviewPaths.questionsText(applicationId),
      pdfs: PDF_POINTS.map((points) => ({ points, href: interviewPaths.questionsPdf(applicationId, points) })),
    });
  }

  @Get('text')
  async text(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string): Promise<Download> {
    return new Download('interview-questions.txt', 'text/plain; charset=utf-8', toPlainText(toDocument(await this.sent(actor, applicationId))));
  }

  @Get('pdf/:points')
  async pdf(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string, @Param('points') wanted: string): Promise<Download> {
    const sets = await this.sent(actor, applicationId);
    const points = PDF_POINTS.find((size) => String(size) === wanted);
    if (!points) throw new NotFound();
    return new Download(`interview-questions-${points}pt.pdf`, 'application/pdf', await toPdf(toDocument(sets), points));
  }

  /** Their own only, and not before everybody gets theirs. */
  private async sent(actor: Actor, applicationId: string): Promise<SentQuestions[]> {
    const application = await this.interviews.application(applicationId);
    const sets = application?.personId === subjectOf(actor) ? await this.questions.sentTo(applicationId) : [];
    if (sets.length === 0) throw new NotFound();
    return sets;
  }
}

function toDocument(sets: readonly SentQuestions[]): Document {
  return {
    title: 'Questions for your interview',
    blocks: sets.flatMap(({ callTitle, startsAt, questions, note }) => [
      { kind: 'heading' as const, level: 2 as const, text: callTitle },
      { kind: 'paragraph' as const, text: formatInstant(startsAt) },
      ...(note ? [{ kind: 'paragraph' as const, text: note }] : []),
      { kind: 'list' as const, ordered: true, items: questions },
    ]),
  };
}
