import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { Config } from '../platform/config.js';
import { toPoster } from '../platform/documents/poster.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { callPoster } from './call.poster.js';
import { canAddChannel } from './channel.rules.js';
import { ChannelDto } from './channels.dto.js';
import { ChannelsQueries } from './channels.queries.js';
import { ChannelsService } from './channels.service.js';
import { callPaths } from './calls.paths.js';
import { CallsQueries, type CallDetail } from './calls.queries.js';

/** Where people hear of a call, and how many come from there. */
@ApiExcludeController()
@Controller('staff/calls/:id')
@May('call.write')
export class ChannelsController {
  constructor(
    private readonly channels: ChannelsService,
    private readonly queries: ChannelsQueries,
    private readonly calls: CallsQueries,
    private readonly settings: SettingsReader,
    private readonly config: Config,
  ) {}

  @Get('channels')
  async list(@IdParam() id: string): Promise<Page> {
    return this.listPage(await this.call(id), emptyForm({ id: newId() }), 200);
  }

  @Post('channels')
  async add(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const call = await this.call(id);
    const form = await readForm(ChannelDto, body);
    if (!form.dto) return this.listPage(call, form, 422);
    try {
      await this.channels.add(actor, id, form.dto.id, form.dto.name);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.listPage(call, withError(form, 'name', error.message), 422);
    }
    return redirect(callPaths.channels(id), `The link for ${form.dto.name} is ready.`);
  }

  @Post('channels/:channelId/removal')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('channelId') channelId: string): Promise<Redirect> {
    await this.channels.remove(actor, id, channelId);
    return redirect(callPaths.channels(id), 'The link counts no more. What it counted is kept.');
  }

  @Get('poster')
  async poster(@IdParam() id: string): Promise<Download> {
    return this.posterOf(await this.published(id), null);
  }

  @Get('channels/:channelId/poster')
  async posterForChannel(@IdParam() id: string, @IdParam('channelId') channelId: string): Promise<Download> {
    const call = await this.published(id);
    const channel = (await this.queries.ofCall(id)).find((one) => one.id === channelId && !one.removed);
    if (!channel) throw new NotFound();
    return this.posterOf(call, channel.code);
  }

  private async posterOf(call: CallDetail, code: string | null): Promise<Download> {
    const { organisation } = await this.settings.current();
    const poster = callPoster(call, organisation, this.config.publicUrl, code);
    return new Download(`poster-${call.slug}${code ? `-${code}` : ''}.pdf`, 'application/pdf', await toPoster(poster));
  }

  private async listPage(call: CallDetail, form: Form<unknown>, status: number): Promise<Page> {
    const channels = await this.queries.ofCall(call.id);
    return page('calls/channels', {
      call, form, mayAdd: canAddChannel(call, channels.length).ok, withPoster: call.state === 'published',
      channels: channels.map((channel) => ({ ...channel, link: this.config.publicUrl + callPaths.show(call.slug, channel.code) })),
      without: await this.queries.withoutChannel(call.id), paths: callPaths,
    }, status);
  }

  private async call(id: string): Promise<CallDetail> {
    const call = await this.calls.detail(id);
    if (!call) throw new NotFound();
    return call;
  }

  /** A draft can still change: nothing of it goes to print. */
  private async published(id: string): Promise<CallDetail> {
    const call = await this.call(id);
    if (call.state !== 'published') throw new NotFound('There is a poster once the call is published.');
    return call;
  }
}
