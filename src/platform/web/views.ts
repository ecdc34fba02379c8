import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import nunjucks from 'nunjucks';
import { formatDay, formatInstant, formatSpan, formatTime, isDay, londonDay } from '../../shared/dates.js';
import { formatExactMoney, formatMinutes, formatMoney } from '../../shared/money.js';
import { plural } from '../../shared/words.js';
import { projectRoot } from '../root.js';

const SOURCES = join(projectRoot, 'src');
const FRAME_VIEWS = join(SOURCES, 'platform/web/views');
const PUBLIC = join(projectRoot, 'dist/public');

/** "calls/preview" is src/calls/views/preview.njk; "layout.njk" is the frame's. */
class ViewLoader extends nunjucks.Loader implements nunjucks.ILoader {
  getSource(name: string): nunjucks.LoaderSource {
    const [capability = '', view = ''] = name.split('/');
    const path = name.endsWith('.njk') ? join(FRAME_VIEWS, name) : join(SOURCES, capability, 'views', `${view}.njk`);
    return { src: readFileSync(path, 'utf8'), path, noCache: false };
  }
}

/** Renders nunjucks templates. All are compiled at boot, so that no reader waits for it. */
@Injectable()
export class Views implements OnModuleInit {
  private readonly environment = new nunjucks.Environment(new ViewLoader(), { autoescape: true, throwOnUndefined: false });

  constructor() {
    const manifest = readManifest();
    this.environment.addGlobal('asset', (name: string) => `/assets/${manifest[name] ?? name}`);
    this.environment.addGlobal('serviceName', 'Alongside');
    const filters: Record<string, (value: never) => string> = {
      date: (value: Date | string) => formatDay(isDay(value) ? value : londonDay(new Date(value))),
      dateTime: (value: Date | string) => formatInstant(new Date(value)),
      time: (value: Date | string) => formatTime(new Date(value)),
      money: (pence: number | string) => formatMoney(Number(pence)),
      exactMoney: (pence: number | string) => formatExactMoney(Number(pence)),
      minutes: formatMinutes,
      phone: formatPhone,
    };
    for (const [name, filter] of Object.entries(filters)) this.environment.addFilter(name, filter as (value: unknown) => string);
    this.environment.addFilter('until', (from: Date | string, to: Date | string) => formatSpan(new Date(from), new Date(to)));
    this.environment.addFilter('plural', (count: number, one: string, many?: string) => plural(Number(count), one, many));
  }

  onModuleInit(): void {
    for (const name of allViews()) this.environment.getTemplate(name, true);
  }

  render(view: string, context: object): string {
    return this.environment.render(view, context);
  }
}

function allViews(): string[] {
  const capabilities = readdirSync(SOURCES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return capabilities.flatMap(({ name }) => {
    const folder = join(SOURCES, name, 'views');
    if (!existsSync(folder)) return [];
    return readdirSync(folder).filter((file) => file.endsWith('.njk')).map((file) => `${name}/${file.replace('.njk', '')}`);
  });
}

/** "07700 900456", as people here write it; another country's number, or what is no number, stays as it is. */
function formatPhone(value: string): string {
  const number = parsePhoneNumberFromString(value, 'GB');
  return number?.countryCallingCode === '44' ? number.formatNational() : value;
}

/** Names of styles and scripts with their hashes, written by the build. */
function readManifest(): Record<string, string> {
  const path = join(PUBLIC, 'manifest.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) as Record<string, string> : {};
}
