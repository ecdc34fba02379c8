import type { Readable } from 'node:stream';
import nodemailer from 'nodemailer';
import type { Letter, Sender } from './sender.js';
import { NotSent } from './sender.js';

// Together shorter than the lease of a message.
const CONNECTION_MILLISECONDS = 10_000;
const SILENCE_MILLISECONDS = 30_000;

/** Email by SMTP. A server doesn't look whether it has a message already, so none is handed over twice. */
export class SmtpSender implements Sender {
  readonly repeatable = false;
  private readonly transport;
  /** The content of the message being sent, to know whether any of it has gone. */
  private readonly contents = new Map<string, Readable>();

  constructor(url: string, private readonly from: string) {
    this.transport = nodemailer.createTransport({
      url, pool: true, maxConnections: 2, maxRequeues: 1,
      connectionTimeout: CONNECTION_MILLISECONDS, greetingTimeout: CONNECTION_MILLISECONDS, socketTimeout: SILENCE_MILLISECONDS,
      disableFileAccess: true, disableUrlAccess: true,
    });
    this.transport.use('stream', (mail, done) => {
      const { message } = mail;
      const read = message.createReadStream.bind(message);
      message.createReadStream = (options) => {
        const content = read(options);
        this.contents.set(message.messageId(), content);
        return content;
      };
      done();
    });
  }

  async send(letter: Letter): Promise<{ reference: string }> {
    const messageId = `<${letter.id}@${domainOf(this.from)}>`;
    try {
      const info = await this.transport.sendMail({
        messageId, from: this.from, to: { name: '', address: letter.address },
        subject: letter.subject ?? '', text: letter.body, html: letter.html ?? undefined,
        ...(letter.calendar && { icalEvent: { filename: letter.calendar.name, method: letter.calendar.method, content: letter.calendar.content } }),
        headers: { 'Auto-Submitted': 'auto-generated', ...(letter.unsubscribeUrl && oneClick(letter.unsubscribeUrl)) },
      });
      return { reference: info.messageId };
    } catch (error) {
      throw this.refusal(error, messageId) ?? error;
    } finally {
      this.contents.delete(messageId);
    }
  }

  close(): void {
    this.transport.close();
  }

  /** A reply of the server, or an end before the first byte of the message: it has not gone. */
  private refusal(error: unknown, messageId: string): NotSent | null {
    const { responseCode } = error as { responseCode?: number };
    if (responseCode) return new NotSent(`smtp-${responseCode}`);
    return this.contents.get(messageId)?.readableDidRead ? null : new NotSent('no-connection');
  }
}

/** A button of the mail program (RFC 8058). An address broken into lines would be none. */
function oneClick(url: string) {
  return {
    'List-Unsubscribe': { prepared: true, foldLines: false, value: `<${url}>` },
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/** "council.example" of "Alongside <alongside@council.example>". */
function domainOf(from: string): string {
  return /@([^>\s]+)>?\s*$/.exec(from)?.[1] ?? 'alongside.example';
}
