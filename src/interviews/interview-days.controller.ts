import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { isDay } from '../shared/dates.js';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { toPdf } from '../platform/documents/pdf.js';
import { toPlainText } from '../platform/documents/plain-text.js';
import { NotFound } from '../platform/errors.js';
import { Download, page, type Page } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { formatNames } from '../diary/diary.rules.js';
import { PDF_POINTS } from '../calls/formats.controller.js';
import { dayDocument, EARLY } from './interview-day.document.js';
import { runningOrder } from './interview-day.rules.js';
import { InterviewDaysQueries } from './interview-days.queries.js';
import { InterviewQuestionsQueries } from './interview-questions.queries.js';
import { InterviewDays } from './interview-days.service.js';
import { interviewPaths } from './interviews.paths.js';

/** A panel member's own: when they sit, the sheet of a day, and what is left to score. */
@ApiExcludeController()
@Controller('staff/interviews')
@May('interview.read')
export class InterviewDaysController {
  constructor(
    private readonly days: InterviewDays,
    private readonly queries: InterviewDaysQueries,
    private readonly questions: InterviewQuestionsQueries,
    private readonly clock: Clock,
  ) {}

  @Get('panel')
  async mine(@CurrentActor() actor: Actor): Promise<Page> {
    return page('interviews/panel', {
      today: this.clock.today(), paths: interviewPaths, formatNames, isLead: may(actor, 'interview.schedule'),
      rounds: may(actor, 'interview.question') ? await this.questions.rounds() : [],
      sittings: await this.queries.ownSittings(actor.personId),
      interviews: await this.queries.toScore(actor.personId, may(actor, 'interview.schedule')),
    });
  }

  @Get('day/:day')
  async sheet(@CurrentActor() actor: Actor, @Param('day') day: string): Promise<Page> {
    const sittings = await this.days.read(actor, realDay(day));
    return page('interviews/day', {
      day, paths: interviewPaths, formatNames, pdfs: PDF_POINTS, now: this.clock.now(), early: day > this.clock.today() && sittings.length > 0 ? EARLY : null,
      sittings: sittings.map((sitting) => ({ ...sitting, items: runningOrder(sitting.slots) })),
    });
  }

  @Get('day/:day/text')
  async text(@CurrentActor() actor: Actor, @Param('day') day: string): Promise<Download> {
    return new Download(`interviews-${realDay(day)}.txt`, 'text/plain; charset=utf-8', toPlainText(dayDocument(day, this.clock.today(), await this.days.read(actor, day))));
  }

  @Get('day/:day/pdf/:points')
  async pdf(@CurrentActor() actor: Actor, @Param('day') day: string, @Param('points') wanted: string): Promise<Download> {
    const points = PDF_POINTS.find((size) => String(size) === wanted);
    if (!points) throw new NotFound();
    return new Download(`interviews-${realDay(day)}-${points}pt.pdf`, 'application/pdf', await toPdf(dayDocument(day, this.clock.today(), await this.days.read(actor, day)), points));
  }
}

function realDay(day: string): string {
  if (!isDay(day)) throw new NotFound();
  return day;
}
