import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatInstant } from '../shared/dates.js';
import { Clock } from '../platform/clock.js';
import { MessageCatalogue, type Recipient } from '../platform/messages.js';
import { stageOf } from './call.rules.js';
import { AlertsService, UNCONFIRMED_DAYS, type Alert } from './alerts.service.js';
import { callPaths } from './calls.paths.js';
import { CallsQueries } from './calls.queries.js';

/** What people get who asked to hear of new calls. Whoever looks over their shoulder reads neutral short names. */
@Injectable()
export class AlertsMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly alerts: AlertsService,
    private readonly calls: CallsQueries,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'call-alert-confirm',
      on: 'call-alert.asked',
      recipients: async ({ alertId }) => {
        const alert = await this.alerts.live(alertId);
        return alert ? [{ kind: alert.kind, value: alert.value }] : [];
      },
      holds: async ({ alertId }) => (await this.alerts.live(alertId)) !== null,
      words: async ({ alertId }) => {
        const unsubscribe = { path: this.stopPath(alertId) };
        if ((await this.alerts.live(alertId))?.confirmedAt) {
          return {
            subject: 'You already hear of new opportunities',
            paragraphs: ['Somebody asked us to tell this address when something new opens. We do that already. You need do nothing.'],
            text: 'We already tell you when something new opens. You need do nothing.',
            unsubscribe,
          };
        }
        return {
          subject: 'Shall we tell you when something new opens?',
          paragraphs: [
            'Somebody asked us to write to this address when a new opportunity opens. If it was you, say yes with the link below.',
            `If it was not you, do nothing. We write nothing else, and delete this address after ${UNCONFIRMED_DAYS} days.`,
          ],
          text: 'Shall we tell you when something new opens? If you asked for it, say yes here. If not, do nothing.',
          link: { words: 'Yes, tell me', path: callPaths.confirmAlert(alertId, this.alerts.token('call-alert-confirm', alertId)) },
          unsubscribe,
        };
      },
    });
    this.catalogue.define({
      template: 'call-opened',
      on: 'call.opened',
      recipients: () => this.alerts.confirmed(),
      holds: async ({ callId }) => {
        const call = await this.calls.detail(callId);
        return call !== null && stageOf(call, this.clock.now()) === 'open';
      },
      wanted: async (_, recipient) => (await this.alertOf(recipient)) !== null,
      words: async ({ callId }, recipient) => {
        const call = (await this.calls.detail(callId))!;
        const alert = (await this.alertOf(recipient))!;
        const closes = formatInstant(call.closesAt);
        return {
          subject: `Open now: ${call.shortName}`,
          paragraphs: [
            `${call.shortName} is open. You can apply until ${closes}.`,
            'You are paid for your time. You can apply on the web, by phone, by post or in person.',
          ],
          text: `${call.shortName} is open until ${closes}. You are paid for your time.`,
          // Not its own address: that is made of its title.
          link: { words: 'Read what it is about', path: callPaths.neutral(callId) },
          unsubscribe: { path: this.stopPath(alert.id) },
        };
      },
    });
  }

  private stopPath(alertId: string): string {
    return callPaths.stopAlert(alertId, this.alerts.token('call-alert-stop', alertId));
  }

  private async alertOf(recipient: Recipient): Promise<Alert | null> {
    return 'value' in recipient ? this.alerts.liveAt(recipient) : null;
  }
}
