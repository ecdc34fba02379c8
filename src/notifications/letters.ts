import { Injectable } from '@nestjs/common';
import { PeopleQueries } from '../people/people.queries.js';
import { CalendarFiles, type CalendarFile } from '../platform/calendar.js';
import { Config } from '../platform/config.js';
import type { Recipient, Words } from '../platform/messages.js';
import { SettingsReader, type Settings } from '../platform/settings.js';
import { isOneLine, type MessageChannel } from './message.rules.js';
import { NotSent, type Letter } from './sender.js';

export interface Envelope {
  id: string;
  channel: MessageChannel;
  address: string;
  recipient: Recipient;
}

/** Makes a letter of what a capability has to say: greeting, paragraphs, link, and the ways to get help. */
@Injectable()
export class Letters {
  constructor(
    private readonly people: PeopleQueries,
    private readonly settings: SettingsReader,
    private readonly config: Config,
    private readonly calendars: CalendarFiles,
  ) {}

  /** Throws `NotSent` where a line break stands in the subject or in a name. */
  async write({ id, channel, address, recipient }: Envelope, said: Words): Promise<Letter> {
    const profile = 'personId' in recipient ? await this.people.profile(recipient.personId) : null;
    const isRead = profile !== null && await this.people.isReadByOthers(profile.id, address);
    const words = isRead && !said.forAll ? forSharedAddress(profile.name, said.link?.path) : said;
    const link = words.link ? { words: words.link.words, url: `${this.config.publicUrl}${words.link.path}` } : null;
    const unsubscribeUrl = words.unsubscribe ? `${this.config.publicUrl}${words.unsubscribe.path}` : null;
    if (channel === 'text') {
      const body = [words.text, ...(link ? [link.url] : []), ...(unsubscribeUrl ? [`Stop: ${unsubscribeUrl}`] : [])].join(' ');
      return { id, channel, address, subject: null, html: null, body, unsubscribeUrl, calendar: null };
    }
    const name = isRead ? firstName(profile.name) : profile?.name ?? null;
    if (!isOneLine(words.subject) || !isOneLine(name ?? '')) throw new NotSent('not-one-line', true);
    const { organisation } = await this.settings.current();
    const calendar = words.calendar ? await this.calendars.one(words.calendar) : null;
    const paragraphs = calendar ? [...words.paragraphs, howToUse(calendar)] : words.paragraphs;
    const parts = { greeting: name ? `Hello ${name},` : 'Hello,', paragraphs, link, unsubscribeUrl, organisation };
    return { id, channel, address, subject: words.subject, body: asText(parts), html: asHtml(words.subject, parts), unsubscribeUrl, calendar };
  }
}

/** Others at home read it too, so it says to whom it is and no more. What it is about stands on their page. */
function forSharedAddress(name: string | null, path = '/home'): Words {
  const whom = firstName(name) ?? 'you';
  return {
    subject: `A message for ${whom}`,
    paragraphs: [`There is something for ${whom} to read. You share this address, so we do not write here what it is about.`],
    text: `A message for ${whom} from Alongside. Sign in to read it.`,
    link: { words: 'Sign in to read it', path },
  };
}

function firstName(name: string | null): string | null {
  return name?.trim().split(/\s+/)[0] ?? null;
}

function howToUse({ method }: CalendarFile): string {
  return method === 'CANCEL' ? 'Did you put it in your calendar? Open the attached file to take it out.' : 'Open the attached file to put it in your calendar.';
}

const STOP = 'Stop these messages';

interface Parts {
  greeting: string;
  paragraphs: string[];
  link: { words: string; url: string } | null;
  unsubscribeUrl: string | null;
  organisation: Settings['organisation'];
}

function asText({ greeting, paragraphs, link, unsubscribeUrl, organisation }: Parts): string {
  return [
    greeting,
    ...paragraphs,
    ...(link ? [`${link.words}:\n${link.url}`] : []),
    [
      'What if I need help?',
      `Call ${organisation.phone}`,
      `Text ${organisation.textNumber}`,
      `Email ${organisation.email}`,
      `Ask for a BSL video call: ${organisation.bslUrl}`,
      `We answer within ${organisation.answerWithin}.`,
    ].join('\n'),
    `Alongside\n${organisation.name}`,
    ...(unsubscribeUrl ? [`${STOP}:\n${unsubscribeUrl}`] : []),
  ].join('\n\n');
}

function asHtml(subject: string, { greeting, paragraphs, link, unsubscribeUrl, organisation }: Parts): string {
  const paragraph = (text: string) => `<p>${escapeHtml(text).replace(/\n/g, '<br>')}</p>`;
  const anchor = (href: string, text: string) => `<a href="${escapeHtml(href)}" style="color:#0b5a78">${escapeHtml(text)}</a>`;
  return [
    '<!doctype html>',
    '<html lang="en-GB">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(subject)}</title></head>`,
    '<body style="font-family:Arial,Helvetica,sans-serif;font-size:18px;line-height:1.5;color:#16202c;max-width:38em">',
    paragraph(greeting),
    ...paragraphs.map(paragraph),
    ...(link ? [`<p><strong>${anchor(link.url, link.words)}</strong></p>`] : []),
    '<h2 style="font-size:20px">What if I need help?</h2>',
    '<ul>',
    `<li>Call ${anchor(`tel:${withoutSpaces(organisation.phone)}`, organisation.phone)}</li>`,
    `<li>Text ${anchor(`sms:${withoutSpaces(organisation.textNumber)}`, organisation.textNumber)}</li>`,
    `<li>Email ${anchor(`mailto:${organisation.email}`, organisation.email)}</li>`,
    `<li>Ask for a ${anchor(organisation.bslUrl, 'BSL video call')}</li>`,
    '</ul>',
    paragraph(`We answer within ${organisation.answerWithin}.`),
    paragraph(`Alongside\n${organisation.name}`),
    ...(unsubscribeUrl ? [`<p>${anchor(unsubscribeUrl, STOP)}</p>`] : []),
    '</body>',
    '</html>',
  ].join('\n');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function withoutSpaces(number: string): string {
  return number.replace(/\s/g, '');
}
