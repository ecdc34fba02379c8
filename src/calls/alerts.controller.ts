import { Body, Controller, Get, HttpCode, Ip, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { readContact } from '../people/people.rules.js';
import { Config } from '../platform/config.js';
import { NotFound } from '../platform/errors.js';
import { emptyForm, readForm, withError } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { OneClick } from '../platform/web/one-click.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { Public } from '../platform/web/policies.js';
import { AlertsService, UNCONFIRMED_DAYS } from './alerts.service.js';
import { callPaths } from './calls.paths.js';
import { CallsQueries } from './calls.queries.js';
import { AlertDto } from './channels.dto.js';

/** "Tell me when something new opens": asked for, confirmed and stopped without an account. */
@ApiExcludeController()
@Controller('opportunities/alerts')
@Public()
export class AlertsController {
  constructor(
    private readonly alerts: AlertsService,
    private readonly calls: CallsQueries,
    private readonly config: Config,
  ) {}

  @Get()
  form(): Page {
    return page('calls/alerts', { form: emptyForm() });
  }

  @Post()
  async ask(@Body() body: unknown, @Ip() ip: string): Promise<Page | Redirect> {
    const form = await readForm(AlertDto, body);
    if (!form.dto) return page('calls/alerts', { form }, 422);
    const contact = readContact(form.dto.contact, !this.config.production);
    if (!contact) {
      const problem = 'Enter an email address, like name@example.com, or a mobile number, like 07700 900123';
      return page('calls/alerts', { form: withError(form, 'contact', problem) }, 422);
    }
    await this.alerts.ask(contact, ip);
    return redirect(callPaths.alertAsked());
  }

  @Get('asked')
  asked(): Page {
    return page('calls/alert-asked', { days: UNCONFIRMED_DAYS, demoMailbox: this.config.demo });
  }

  /** A call by nothing that says what it is called. */
  @Get('calls/:id')
  async neutral(@IdParam() id: string): Promise<Redirect> {
    const call = await this.calls.detail(id);
    if (!call?.publishedAt) throw new NotFound();
    return redirect(callPaths.show(call.slug));
  }

  /** Never says yes by itself: mail scanners open links too. The button does. */
  @Get(':id/confirmation/:token')
  confirmation(@IdParam() id: string, @Param('token') token: string): Page {
    this.alerts.check('call-alert-confirm', id, token);
    return page('calls/alert-confirmation', { action: callPaths.confirmAlert(id, token) });
  }

  @Post(':id/confirmation/:token')
  async confirm(@IdParam() id: string, @Param('token') token: string): Promise<Redirect> {
    await this.alerts.confirm(id, token);
    return redirect(callPaths.list(), 'Thank you. We tell you when something new opens.');
  }

  @Get(':id/stop/:token')
  stopping(@IdParam() id: string, @Param('token') token: string): Page {
    this.alerts.check('call-alert-stop', id, token);
    return page('calls/alert-stop', { action: callPaths.stopAlert(id, token) });
  }

  /** By the button on its page, or by a mail program's own (RFC 8058), which must not be sent on to another page. */
  @Post(':id/stop/:token')
  @HttpCode(200)
  @OneClick()
  async stop(@IdParam() id: string, @Param('token') token: string): Promise<Page> {
    await this.alerts.stop(id, token);
    return page('calls/alert-stopped');
  }
}
