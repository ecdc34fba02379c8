import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Config } from '../platform/config.js';
import type { Document } from '../platform/documents/document.js';
import { toPdf } from '../platform/documents/pdf.js';
import { toPlainText } from '../platform/documents/plain-text.js';
import { toWord } from '../platform/documents/word.js';
import { NotFound } from '../platform/errors.js';
import { SettingsReader } from '../platform/settings.js';
import { Cached } from '../platform/web/page-cache.js';
import { Download } from '../platform/web/page.js';
import { Public } from '../platform/web/policies.js';
import { callDocument } from './call.document.js';
import { callPaths } from './calls.paths.js';
import { CallsQueries } from './calls.queries.js';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
/** Sizes of text in points: ordinary, large print, giant print. */
export const PDF_POINTS = [12, 18, 24] as const;

/** A call to print, to keep or to read in another program. */
@ApiExcludeController()
@Controller('opportunities/:slug')
@Public()
@Cached()
export class FormatsController {
  constructor(
    private readonly calls: CallsQueries,
    private readonly settings: SettingsReader,
    private readonly config: Config,
  ) {}

  @Get('text')
  async text(@Param('slug') slug: string): Promise<Download> {
    return new Download(`${slug}.txt`, 'text/plain; charset=utf-8', toPlainText(await this.document(slug)));
  }

  @Get('word')
  async word(@Param('slug') slug: string): Promise<Download> {
    return new Download(`${slug}.docx`, WORD, await toWord(await this.document(slug)));
  }

  @Get('pdf/:points')
  async pdf(@Param('slug') slug: string, @Param('points') wanted: string): Promise<Download> {
    const points = PDF_POINTS.find((size) => String(size) === wanted);
    if (!points) throw new NotFound();
    return new Download(`${slug}-${points}pt.pdf`, 'application/pdf', await toPdf(await this.document(slug), points));
  }

  private async document(slug: string): Promise<Document> {
    const call = await this.calls.publicOne(slug);
    if (!call || call.state !== 'published') throw new NotFound();
    const { organisation } = await this.settings.current();
    return callDocument(call, organisation, this.config.publicUrl + callPaths.show(slug));
  }
}
