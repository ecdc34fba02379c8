import { describe, expect, it } from '@jest/globals';
import { Config } from './config.js';

const complete = {
  DATABASE_URL: 'postgres://app@db/alongside',
  SESSION_SECRET: 'x'.repeat(32),
  ENCRYPTION_KEYS: 'k1:AAAA',
};
const production = { ...complete, NODE_ENV: 'production', PUBLIC_URL: 'https://alongside.example', SMTP_URL: 'smtp://mail' };

describe('config', () => {
  it('names everything that is missing, at once', () => {
    expect(() => new Config({})).toThrow(
      "Alongside can't start: DATABASE_URL is missing; SESSION_SECRET is missing; ENCRYPTION_KEYS is missing.");
  });

  it('starts in production with everything set', () => {
    expect(new Config(production).secureCookies).toBe(true);
  });

  it('refuses the demo in production unless it is allowed', () => {
    expect(() => new Config({ ...production, ALONGSIDE_DEMO: 'on' })).toThrow('the demo (ALONGSIDE_DEMO) is refused in production');
    expect(new Config({ ...production, ALONGSIDE_DEMO: 'on', ALONGSIDE_ALLOW_DEMO_IN_PRODUCTION: 'yes' }).demo).toBe(true);
  });

  it('refuses the embedded database in production unless it is allowed', () => {
    expect(() => new Config({ ...production, ALONGSIDE_EMBEDDED_DATABASE: 'yes' })).toThrow('the embedded database is refused');
  });

  it('counts the proxies in front', () => {
    const proxies = (TRUST_PROXY?: string) => new Config({ ...complete, TRUST_PROXY }).proxies;
    expect([proxies(), proxies('no'), proxies('yes'), proxies('2')]).toEqual([0, 0, 1, 2]);
    expect(() => proxies('true')).toThrow('TRUST_PROXY must be yes, or how many proxies there are');
  });

  it('refuses a secret that is too short, and mail that goes nowhere', () => {
    expect(() => new Config({ ...complete, SESSION_SECRET: 'short' })).toThrow('32 characters');
    const { SMTP_URL: _, ...withoutMail } = production;
    expect(() => new Config(withoutMail)).toThrow('SMTP_URL is missing');
  });
});
