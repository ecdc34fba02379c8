import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { acceptAttribute, sizeWords, takenWords } from '../platform/files/file.rules.js';
import { Files } from '../platform/files/files.service.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type FileAnswer, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May, Public } from '../platform/web/policies.js';
import { SentFile, TakesFile, type Upload } from '../platform/web/upload.js';
import { canAddVersion, checkVersion, versionKinds, versionNames } from './call-version.rules.js';
import { CallVersionDto } from './call-versions.dto.js';
import { CallVersionsQueries, type CallVersion } from './call-versions.js';
import { CallVersionsService } from './call-versions.service.js';
import { callPaths } from './calls.paths.js';
import { CallsQueries, type CallDetail } from './calls.queries.js';

/** Staff attach Easy Read, BSL, audio and other versions of a call; everybody can get them once it is public. */
@ApiExcludeController()
@Controller()
@May('call.write')
export class CallVersionsController {
  constructor(
    private readonly versions: CallVersionsService,
    private readonly queries: CallVersionsQueries,
    private readonly calls: CallsQueries,
    private readonly files: Files,
  ) {}

  @Get('opportunities/:slug/versions/:versionId')
  @Public()
  async download(@Param('slug') slug: string, @IdParam('versionId') versionId: string): Promise<FileAnswer> {
    const call = await this.calls.publicOne(slug);
    if (!call || call.state !== 'published') throw new NotFound();
    const version = await this.one(call, versionId);
    return this.files.answer(null, version.fileId!, `${slug}-${version.kind.replace('_', '-')}.${version.fileName!.split('.').at(-1)}`);
  }

  @Get('staff/calls/:id/versions')
  @May('call.read')
  async list(@IdParam() id: string): Promise<Page> {
    return this.listPage(await this.call(id), emptyForm({ id: newId() }));
  }

  @Post('staff/calls/:id/versions')
  @TakesFile()
  async add(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown, @SentFile() upload: Upload | null): Promise<Page | Redirect> {
    const call = await this.call(id);
    const form = await readForm(CallVersionDto, body);
    if (!form.dto) return this.listPage(call, form);
    const { kind, language = null, url = null, fileId } = form.dto;
    const problems = checkVersion({ kind, language, url, hasFile: Boolean(upload ?? fileId) });
    if (problems.length > 0) return this.listPage(call, { ...form, errors: problems });
    try {
      const file = upload ? (await this.files.receive(actor, 'call_version', upload)).id : fileId ?? null;
      await this.versions.add(actor, id, { id: form.dto.id, kind, language: kind === 'translation' ? language : null, url, fileId: file });
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.listPage(call, withError({ ...form, values: { ...form.values, fileId: undefined } }, 'file', error.message));
    }
    return redirect(callPaths.versions(id), 'The version is added.');
  }

  @Get('staff/calls/:id/versions/:versionId/file')
  @May('call.read')
  async file(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('versionId') versionId: string): Promise<FileAnswer> {
    return this.files.answer(actor, (await this.one(await this.call(id), versionId)).fileId!);
  }

  @Post('staff/calls/:id/versions/:versionId/removal')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('versionId') versionId: string): Promise<Redirect> {
    await this.versions.remove(actor, id, versionId);
    return redirect(callPaths.versions(id), 'The version is removed.');
  }

  private async call(id: string): Promise<CallDetail> {
    const call = await this.calls.detail(id);
    if (!call) throw new NotFound();
    return call;
  }

  private async one(call: CallDetail, versionId: string): Promise<CallVersion> {
    const version = (await this.queries.of(call)).find(({ id }) => id === versionId);
    if (!version?.fileId) throw new NotFound();
    return version;
  }

  private async listPage(call: CallDetail, form: Form<unknown>): Promise<Page> {
    return page('calls/versions', {
      call, form, versions: await this.queries.of(call), mayAdd: canAddVersion(call).ok,
      kinds: versionKinds.map((kind) => ({ value: kind, text: versionNames[kind] })),
      takes: takenWords('call_version'), accept: acceptAttribute('call_version'), most: sizeWords(await this.files.mostBytes('call_version')),
    }, form.errors.length > 0 ? 422 : 200);
  }
}
