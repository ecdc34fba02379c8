import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { BadRequest, NotFound } from '../platform/errors.js';
import { emptyForm, readForm, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { ReleaseNotesService } from './release-notes.service.js';
import { NoteDto, WordsDto } from './timetables.dto.js';
import { timetablePaths } from './timetables.paths.js';
import { TimetablesQueries, type PlacementRow, type TimetableDetail } from './timetables.queries.js';

/** What a lead adds to the messages of a timetable before it is released. */
@ApiExcludeController()
@Controller('staff/timetables/:id')
@May('interview.schedule')
export class ReleaseNotesController {
  constructor(private readonly notes: ReleaseNotesService, private readonly queries: TimetablesQueries) {}

  @Get('words')
  async words(@IdParam() id: string): Promise<Page> {
    const timetable = await this.timetable(id);
    return this.wordsPage(timetable, emptyForm({ note: timetable.note ?? '', joiningDetails: timetable.joiningDetails ?? '' }), 200);
  }

  @Post('words')
  async write(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const timetable = await this.timetable(id);
    const form = await readForm(WordsDto, body);
    if (!form.dto) return this.wordsPage(timetable, form, 422);
    const { note, joiningDetails } = form.dto;
    try {
      await this.notes.writeToAll(actor, id, { note: note || null, joiningDetails: joiningDetails || null });
    } catch (error) {
      return this.wordsPage(timetable, withProblems(form, error), 422);
    }
    return saved(timetable);
  }

  @Get('people/:applicationId/note')
  async note(@IdParam() id: string, @IdParam('applicationId') applicationId: string): Promise<Page> {
    const placement = await this.placement(id, applicationId);
    return this.notePage(await this.timetable(id), placement, emptyForm({ note: placement.note ?? '' }), 200);
  }

  @Post('people/:applicationId/note')
  async writeNote(
    @CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('applicationId') applicationId: string, @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const placement = await this.placement(id, applicationId);
    const timetable = await this.timetable(id);
    const form = await readForm(NoteDto, body);
    if (!form.dto) return this.notePage(timetable, placement, form, 422);
    try {
      await this.notes.writeTo(actor, id, applicationId, form.dto.note || null);
    } catch (error) {
      return this.notePage(timetable, placement, withProblems(form, error), 422);
    }
    return saved(timetable);
  }

  private async timetable(id: string): Promise<TimetableDetail> {
    const timetable = await this.queries.one(id);
    if (!timetable) throw new NotFound();
    return timetable;
  }

  private async placement(id: string, applicationId: string): Promise<PlacementRow> {
    const placement = (await this.queries.placements(id)).find((one) => one.applicationId === applicationId);
    if (!placement) throw new NotFound();
    return placement;
  }

  private async wordsPage({ id, roundId }: TimetableDetail, form: Form<unknown>, status: number): Promise<Page> {
    const isRemote = (await this.queries.placements(id)).some(({ format }) => format === 'phone' || format === 'video');
    return page('timetables/words', { form, name: null, isRemote, action: timetablePaths.words(id), back: `${timetablePaths.round(roundId)}#messages` }, status);
  }

  private notePage({ id, roundId }: TimetableDetail, { applicationId, name }: PlacementRow, form: Form<unknown>, status: number): Page {
    return page('timetables/words', { form, name, isRemote: false, action: timetablePaths.note(id, applicationId), back: `${timetablePaths.round(roundId)}#messages` }, status);
  }
}

function saved({ roundId }: TimetableDetail): Redirect {
  return redirect(`${timetablePaths.round(roundId)}#messages`, 'It is in the messages now. They have not gone yet.');
}

function withProblems<T>(form: Form<T>, error: unknown): Form<T> {
  if (error instanceof BadRequest && error.errors.length > 0) return { ...form, errors: [...error.errors], dto: null };
  throw error;
}
