import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { Forbidden, NotFound, RuleViolation } from '../platform/errors.js';
import { acceptAttribute, sizeWords, takenWords } from '../platform/files/file.rules.js';
import { Files } from '../platform/files/files.service.js';
import { newTimelessId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type FileAnswer, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { SentFile, TakesFile, type Upload } from '../platform/web/upload.js';
import { applicationPaths } from './applications.paths.js';
import { canAddScan, canTranscribe } from './recording.rules.js';
import { ScanDto, TranscriptDto } from './recordings.dto.js';
import { RecordingsQueries, type RecordedApplication, type Recording } from './recordings.queries.js';
import { RecordingsService } from './recordings.service.js';

/** Those who choose hear, see and read what was sent; staff write down what is said, and attach what came by post. */
@ApiExcludeController()
@Controller('staff/applications/:id')
@May('application.decide')
export class RecordingsStaffController {
  constructor(
    private readonly recordings: RecordingsService,
    private readonly queries: RecordingsQueries,
    private readonly files: Files,
  ) {}

  @Get('recordings/:recordingId')
  @May('application.read')
  async one(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('recordingId') recordingId: string): Promise<Page> {
    const { recording } = await this.found(actor, id, recordingId);
    return this.onePage(actor, id, recordingId, emptyForm({ transcript: recording.transcript ?? '' }), 200);
  }

  @Get('recordings/:recordingId/file')
  @May('application.read')
  async file(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('recordingId') recordingId: string): Promise<FileAnswer> {
    const { recording } = await this.found(actor, id, recordingId);
    return this.files.answer(actor, recording.fileId, recording.neutralName);
  }

  @Post('recordings/:recordingId/transcript')
  async transcribe(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('recordingId') recordingId: string, @Body() body: unknown): Promise<Page | Redirect> {
    await this.found(actor, id, recordingId);
    const form = await readForm(TranscriptDto, body);
    if (!form.dto) return this.onePage(actor, id, recordingId, form, 422);
    await this.recordings.transcribe(actor, id, recordingId, form.dto.transcript);
    return redirect(applicationPaths.staffRecording(id, recordingId), 'The transcript is saved. They are told that they may look at it.');
  }

  @Get('scans')
  async scans(@IdParam() id: string): Promise<Page> {
    return this.scansPage(await this.application(id), emptyForm({ id: newTimelessId() }));
  }

  @Post('scans')
  @TakesFile()
  async addScan(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown, @SentFile() upload: Upload | null): Promise<Page | Redirect> {
    const application = await this.application(id);
    const form = await readForm(ScanDto, body);
    if (!form.dto) return this.scansPage(application, form);
    if (!upload && !form.dto.fileId) return this.scansPage(application, withError(form, 'file', 'Choose the scan'));
    try {
      const fileId = upload ? (await this.files.receive(actor, 'scan', upload)).id : form.dto.fileId!;
      await this.recordings.addScan(actor, id, { id: form.dto.id, fileId });
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.scansPage(application, withError({ ...form, values: { ...form.values, fileId: undefined } }, 'file', error.message));
    }
    return redirect(applicationPaths.staffScans(id), 'The scan is attached.');
  }

  @Post('scans/:recordingId/removal')
  async removeScan(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('recordingId') recordingId: string): Promise<Redirect> {
    await this.recordings.removeScan(actor, id, recordingId);
    return redirect(applicationPaths.staffScans(id), 'The scan is deleted.');
  }

  private async application(id: string): Promise<RecordedApplication> {
    const application = await this.queries.application(id);
    if (!application || application.state === 'withdrawn') throw new NotFound();
    return application;
  }

  /** What a resident still writes is theirs alone; a scan was attached by staff. */
  private async found(actor: Actor, id: string, recordingId: string): Promise<{ application: RecordedApplication; recording: Recording }> {
    const application = await this.application(id);
    const recording = await this.queries.one(id, recordingId);
    const isOpen = application.submitted || (recording?.kind === 'scan' && may(actor, 'application.decide'));
    if (!recording || !isOpen) throw new NotFound();
    if (await this.queries.areHiddenFrom(actor.personId, id)) {
      throw new Forbidden('You score this call without names, and a voice, a face or a letter says who it is. Read what was written down of it.');
    }
    return { application, recording };
  }

  private async onePage(actor: Actor, id: string, recordingId: string, form: Form<unknown>, status: number): Promise<Page> {
    const { application, recording } = await this.found(actor, id, recordingId);
    const mayWrite = may(actor, 'application.decide') && canTranscribe(application).ok;
    return page('applications/staff-recording', { application, recording, form, mayWrite }, status);
  }

  private async scansPage(application: RecordedApplication, form: Form<unknown>): Promise<Page> {
    const scans = (await this.queries.of(application.id)).filter(({ kind }) => kind === 'scan');
    return page('applications/staff-scans', {
      application, scans, form, mayAdd: canAddScan(application).ok,
      takes: takenWords('scan'), accept: acceptAttribute('scan'), most: sizeWords(await this.files.mostBytes('scan')),
    }, form.errors.length > 0 ? 422 : 200);
  }
}
