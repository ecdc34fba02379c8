import { readFileSync } from 'node:fs';

/** Every name the service reads from its environment. Secrets may come from a file: NAME_FILE. */
export const settingNames = [
  'NODE_ENV', 'HOST', 'PORT', 'PUBLIC_URL',
  'DATABASE_URL', 'DATABASE_OWNER_URL', 'REDIS_URL',
  'SMTP_URL', 'MAIL_FROM',
  'CLAMAV_URL',
  'SESSION_SECRET', 'ENCRYPTION_KEYS',
  'LOG_LEVEL', 'TRUST_PROXY', 'PAGE_CACHE',
  'ALONGSIDE_DEMO', 'ALONGSIDE_ALLOW_DEMO_IN_PRODUCTION',
  'ALONGSIDE_EMBEDDED_DATABASE', 'ALONGSIDE_ALLOW_EMBEDDED_IN_PRODUCTION',
] as const;

type SettingName = (typeof settingNames)[number];

export class Config {
  readonly production: boolean;
  readonly demo: boolean;
  readonly host: string;
  readonly port: number;
  /** Where people reach the service, without a slash at the end. */
  readonly publicUrl: string;
  /** The application's login: it owns nothing. */
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  /** Where clamd listens, as tcp://host:3310 or unix:/path; null when nobody looks for viruses. */
  readonly clamavUrl: string | null;
  readonly sessionSecret: string;
  /** keyId:base64 of 32 bytes, the current key first. */
  readonly encryptionKeys: string;
  readonly logLevel: string;
  /** How many proxies stand in front and add to X-Forwarded-For; what came before them anybody can write. */
  readonly proxies: number;
  /** Whether public pages are kept in memory. Off only to measure what they cost without. */
  readonly pageCache: boolean;

  /** Throws one sentence that names everything missing or refused. */
  constructor(env: NodeJS.ProcessEnv = process.env) {
    const read = (name: SettingName): string | undefined => env[name] || fromFile(env[`${name}_FILE`]);
    const problems: string[] = [];
    const need = (name: SettingName): string => {
      const value = read(name);
      if (!value) problems.push(`${name} is missing`);
      return value ?? '';
    };

    this.production = read('NODE_ENV') === 'production';
    this.demo = read('ALONGSIDE_DEMO') === 'on';
    this.host = read('HOST') ?? '127.0.0.1';
    this.port = Number(read('PORT') ?? 3000);
    this.publicUrl = (read('PUBLIC_URL') ?? `http://${this.host}:${this.port}`).replace(/\/$/, '');
    this.databaseUrl = need('DATABASE_URL');
    this.redisUrl = read('REDIS_URL') ?? null;
    this.smtpUrl = read('SMTP_URL') ?? null;
    this.mailFrom = read('MAIL_FROM') ?? 'Alongside <alongside@council.example>';
    this.clamavUrl = read('CLAMAV_URL') ?? null;
    this.sessionSecret = need('SESSION_SECRET');
    this.encryptionKeys = need('ENCRYPTION_KEYS');
    this.logLevel = read('LOG_LEVEL') ?? 'info';
    this.pageCache = read('PAGE_CACHE') !== 'off';
    this.proxies = readProxies(read('TRUST_PROXY'));

    if (!Number.isInteger(this.port) || this.port < 0 || this.port > 65535) problems.push('PORT must be a whole number up to 65535');
    if (Number.isNaN(this.proxies)) problems.push('TRUST_PROXY must be yes, or how many proxies there are');
    if (this.sessionSecret && this.sessionSecret.length < 32) problems.push('SESSION_SECRET must have 32 characters or more');
    if (this.clamavUrl && !/^(tcp:\/\/[^/]+|unix:\/.+)$/.test(this.clamavUrl)) problems.push('CLAMAV_URL must be tcp://host:port or unix:/path');
    if (this.production) {
      if (!read('PUBLIC_URL')) problems.push('PUBLIC_URL is missing');
      if (!this.smtpUrl && !this.demo) problems.push('SMTP_URL is missing');
      if (this.demo && read('ALONGSIDE_ALLOW_DEMO_IN_PRODUCTION') !== 'yes') {
        problems.push('the demo (ALONGSIDE_DEMO) is refused in production unless ALONGSIDE_ALLOW_DEMO_IN_PRODUCTION=yes');
      }
      if (read('ALONGSIDE_EMBEDDED_DATABASE') === 'yes' && read('ALONGSIDE_ALLOW_EMBEDDED_IN_PRODUCTION') !== 'yes') {
        problems.push('the embedded database is refused in production unless ALONGSIDE_ALLOW_EMBEDDED_IN_PRODUCTION=yes');
      }
    }
    if (problems.length > 0) throw new ConfigProblem(problems);
  }

  get secureCookies(): boolean {
    return this.publicUrl.startsWith('https:');
  }
}

export class ConfigProblem extends Error {
  constructor(readonly problems: string[]) {
    super(`Alongside can't start: ${problems.join('; ')}.`);
  }
}

/** "yes" is one. */
function readProxies(text: string | undefined): number {
  if (text === undefined || text === 'no') return 0;
  return text === 'yes' ? 1 : /^\d$/.test(text) ? Number(text) : NaN;
}

function fromFile(path: string | undefined): string | undefined {
  return path ? readFileSync(path, 'utf8').trim() : undefined;
}
