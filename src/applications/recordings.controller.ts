import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import { NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { acceptAttribute, sizeWords, takenWords } from '../platform/files/file.rules.js';
import { Files } from '../platform/files/files.service.js';
import { isId, newTimelessId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type FileAnswer, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { SentFile, TakesFile, type Upload } from '../platform/web/upload.js';
import { applicationPaths } from './applications.paths.js';
import { ApplicationsQueries, type OwnApplication } from './applications.queries.js';
import { canChangeRecordings, canCheckTranscript, minutesWords } from './recording.rules.js';
import { RecordingDto, TranscriptCheckDto } from './recordings.dto.js';
import { RecordingsQueries, type Recording } from './recordings.queries.js';
import { RecordingsService } from './recordings.service.js';

/** A resident answers by sound or video, and looks at what was written down of it. */
@ApiExcludeController()
@Controller('my/applications/:id/recordings')
@SignedIn({ acting: 'apply' })
export class RecordingsController {
  constructor(
    private readonly recordings: RecordingsService,
    private readonly queries: RecordingsQueries,
    private readonly applications: ApplicationsQueries,
    private readonly files: Files,
    private readonly settings: SettingsReader,
  ) {}

  @Get()
  async list(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    const application = await this.own(actor, id);
    return page('applications/recordings', { application, recordings: await this.queries.of(id), mayChange: canChangeRecordings(application).ok });
  }

  @Get('new')
  async new(@CurrentActor() actor: Actor, @IdParam() id: string, @Query('question') question: unknown): Promise<Page | Redirect> {
    const application = await this.own(actor, id);
    if (application.state !== 'draft') return redirect(applicationPaths.one(id));
    return this.newPage(application, emptyForm({ id: newTimelessId(), questionId: isId(question) ? question : undefined }));
  }

  @Post()
  @TakesFile()
  async add(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown, @SentFile() upload: Upload | null): Promise<Page | Redirect> {
    const application = await this.own(actor, id);
    refuseUnless(canChangeRecordings(application));
    const form = await readForm(RecordingDto, body);
    if (!form.dto) return this.newPage(application, form);
    const { dto } = form;
    if (!upload && !dto.fileId) return this.newPage(application, withError(form, 'file', 'Choose your recording'));
    try {
      const fileId = upload ? (await this.files.receive(actor, 'recording', upload)).id : dto.fileId!;
      await this.recordings.add(actor, id, { id: dto.id, questionId: dto.questionId ?? null, fileId });
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.newPage(application, withError({ ...form, values: { ...form.values, fileId: undefined } }, 'file', error.message));
    }
    return redirect(applicationPaths.answers(id), 'We have your recording.');
  }

  @Get(':recordingId/file')
  async file(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('recordingId') recordingId: string): Promise<FileAnswer> {
    const { fileId } = await this.ownRecording(actor, id, recordingId);
    return this.files.answer(actor, fileId);
  }

  @Post(':recordingId/removal')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('recordingId') recordingId: string): Promise<Redirect> {
    await this.recordings.remove(actor, id, recordingId);
    return redirect(applicationPaths.answers(id), 'Your recording is deleted.');
  }

  @Get(':recordingId/transcript-check')
  async transcriptCheck(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('recordingId') recordingId: string): Promise<Page | Redirect> {
    const recording = await this.ownRecording(actor, id, recordingId);
    if (!canCheckTranscript(recording).ok) return redirect(applicationPaths.recordings(id));
    return page('applications/transcript-check', { id, recording, form: emptyForm() });
  }

  @Post(':recordingId/transcript-check')
  async checkTranscript(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('recordingId') recordingId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const recording = await this.ownRecording(actor, id, recordingId);
    let form: Form<TranscriptCheckDto> = await readForm(TranscriptCheckDto, body);
    if (form.dto?.verdict === 'change' && !form.dto.wish) form = withError(form, 'wish', 'Say what must change');
    if (!form.dto) return page('applications/transcript-check', { id, recording, form }, 422);
    await this.recordings.checkTranscript(actor, id, recordingId, form.dto.verdict === 'right' ? null : form.dto.wish!);
    return redirect(applicationPaths.recordings(id), 'Thank you. We have your answer.');
  }

  private async own(actor: Actor, id: string): Promise<OwnApplication> {
    const application = await this.applications.own(id, subjectOf(actor));
    if (!application) throw new NotFound();
    return application;
  }

  private async ownRecording(actor: Actor, id: string, recordingId: string): Promise<Recording> {
    const recording = await this.queries.isOwn(id, subjectOf(actor)) ? await this.queries.one(id, recordingId) : null;
    if (!recording) throw new NotFound();
    return recording;
  }

  private async newPage(application: OwnApplication, form: Form<unknown>): Promise<Page> {
    const question = application.questions.find((one) => one.id === form.values['questionId']) ?? null;
    const minutes = (await this.settings.current())['applications.recording-minutes'];
    return page('applications/recording-new', {
      application, question, form, minutes: minutesWords(minutes, application.questions.length),
      takes: takenWords('recording'), accept: acceptAttribute('recording'), most: sizeWords(await this.files.mostBytes('recording')),
    }, form.errors.length > 0 ? 422 : 200);
  }
}
