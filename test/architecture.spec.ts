import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  checkAll, checkCycles, checkImports, checkLength, checkNeeds, checkPolicies, checkPresent, checkRelations, checkSql, checkWords, type Source,
} from './support/architecture.js';

const SRC = 'src';

describe('the house', () => {
  it('stands as docs/architecture.md says', () => {
    expect(checkAll(readSources()).map(({ path, what }) => `${path} ${what}`)).toEqual([]);
  });
});

describe('the checks bite', () => {
  const importing = (path: string, ...specifiers: string[]) =>
    checkImports({ path, text: specifiers.map((specifier, i) => `import { x${i} } from '${specifier}';`).join('\n') }).map(({ what }) => what);

  it.each([
    ['shared/money.ts', '../platform/clock.js', 'shared may not know platform'],
    ['events/events.ts', '../shared/money.js', 'events may not know shared'],
    ['platform/clock.ts', '../people/people.queries.js', 'platform may not know people'],
    ['calls/calls.service.ts', '../applications/applications.queries.js', 'calls may not know applications'],
    ['groups/groups.service.ts', '../calls/call.entity.js', 'groups may not know calls'],
    ['payments/claims.service.ts', '../applications/application.entity.js', 'payments may not know applications'],
    ['notifications/dispatcher.service.ts', '../calls/calls.queries.js', 'notifications may not know calls'],
    ['interviews/interviews.service.ts', '../notifications/dispatcher.service.js', 'interviews may not know notifications'],
    ['site/home.controller.ts', '../calls/calls.service.js', 'site may not know calls'],
    ['site/site.module.ts', '../calls/calls.service.js', 'site may not know calls'],
    ['calls/call.rules.ts', '../platform/clock.js', 'rules know only shared and rules'],
    ['calls/call.rules.ts', '../groups/groups.queries.js', 'rules know only shared and rules'],
    ['calls/call.rules.ts', '../choosing/decision.rules.js', 'calls may not know choosing'],
    ['calls/call.rules.ts', './call.entity.js', 'rules may not know entity'],
    ['calls/call.entity.ts', './calls.queries.js', 'entity may not know queries'],
    ['calls/calls.queries.ts', './calls.service.js', 'queries may not know service'],
    ['calls/calls.service.ts', './calls.controller.js', 'service may not know controller'],
    ['calls/calls.service.ts', './calls.messages.js', 'service may not know messages'],
    ['calls/calls.dto.ts', './calls.service.js', 'dto may not know service'],
    ['calls/calls.controller.ts', './calls.module.js', 'controller may not know module'],
    ['people/people.authenticator.ts', './sign-in.controller.js', 'authenticator may not know controller'],
    ['calls/calls.paths.ts', './calls.service.js', 'paths import nothing of their capability but paths'],
    ['calls/calls.service.ts', '../app.module.js', 'nobody imports the commands'],
    ['calls/calls.service.ts', '../../seeds/reference/index.js', 'only the commands in src/ reach outside it'],
    ['calls/call.rules.ts', '@nestjs/common', 'rules import no framework'],
    ['shared/money.ts', 'typeorm', 'shared imports no framework'],
    ['reports/reports.service.ts', '../calls/calls.queries.js', 'reports is not in the table of test/support/architecture.ts'],
  ])('%s may not import %s', (path, specifier, why) => {
    expect(importing(path, specifier)).toEqual([`imports ${specifier}: ${why}`]);
  });

  it.each([
    ['applications/applications.service.ts', ['../calls/calls.queries.js', './application.rules.js', '../platform/database.js', '../shared/money.js', 'typeorm']],
    ['applications/applications.controller.ts', ['../interviews/interviews.paths.js', './applications.service.js', './applications.dto.js', './applications.paths.js']],
    ['applications/applications.module.ts', ['../calls/calls.module.js', './applications.controller.js']],
    ['applications/application.rules.ts', ['./answers.rules.js', '../shared/state-machine.js', 'libphonenumber-js/mobile']],
    ['choosing/decision.rules.ts', ['../applications/application.rules.js']],
    ['site/home.controller.ts', ['../payments/claims.queries.js', '../calls/calls.paths.js']],
    ['site/site.module.ts', ['../payments/payments.module.js']],
    ['app.module.ts', ['./notifications/notifications.module.js']],
    ['migrate.ts', ['../migrations/index.js']],
    ['platform/web/server.ts', ['../config.js', '../../shared/dates.js', './form.js']],
    ['calls/call.rules.spec.ts', ['../applications/applications.service.js']],
  ])('%s may import %j', (path, specifiers) => {
    expect(importing(path, ...specifiers)).toEqual([]);
  });

  it.each([
    `import type { X } from '../interviews/interview.entity.js';`,
    `export { X } from '../interviews/interview.entity.js';`,
    `type X = import('../interviews/interview.entity.js').X;`,
    `const x = await import('../interviews/interview.entity.js');`,
    `import '../interviews/interview.entity.js';`,
  ])('sees an import however it is written: %s', (text) => {
    expect(checkImports({ path: 'calls/calls.service.ts', text })).toHaveLength(1);
  });

  it('a cycle between files, once', () => {
    const file = (path: string, ...to: string[]): Source => ({ path, text: to.map((name) => `import '${name}';`).join('\n') });
    expect(checkCycles([file('a/a.ts', './b.js'), file('a/b.ts', '../c/c.js'), file('c/c.ts', '../a/a.js'), file('a/d.ts', './a.js')]))
      .toEqual([{ path: 'a/a.ts', what: 'a cycle: a/a.ts → a/b.ts → c/c.ts → a/a.ts' }]);
    expect(checkCycles([file('a/a.ts', './b.js', './c.js'), file('a/b.ts', './c.js'), file('a/c.ts')])).toEqual([]);
  });

  it('forwardRef and barrels', () => {
    expect(checkWords({ path: 'calls/calls.service.ts', text: `constructor(@Inject(forwardRef(() => X)) x) {}` })).toHaveLength(1);
    expect(checkWords({ path: 'calls/index.ts', text: `export * from './calls.service.js';` })).toHaveLength(1);
    expect(checkWords({ path: 'calls/calls.service.ts', text: `// forwardRef is not for us\nconst word = 'forwardRef';` })).toEqual([]);
  });

  it('more than 400 lines', () => {
    expect(checkLength({ path: 'calls/calls.service.ts', text: 'x;\n'.repeat(401) })).toHaveLength(1);
    expect(checkLength({ path: 'calls/calls.service.ts', text: 'x;\n'.repeat(400) })).toEqual([]);
  });

  it.each(['new Date()', 'new Date', 'Date()', 'Date.now()', 'const { f = Date.now } = x', 'Temporal.Now.instant()'])('the present: %s', (text) => {
    expect(checkPresent({ path: 'calls/calls.service.ts', text })).toHaveLength(1);
    expect(checkPresent({ path: 'platform/clock.ts', text })).toEqual([]);
  });

  it.each(['new Date(0)', 'new Date(row.at)', 'this.clock.now()', '// new Date()', 'date.now'])('but not %s', (text) => {
    expect(checkPresent({ path: 'calls/calls.service.ts', text })).toEqual([]);
  });

  it.each(['`select now()`', `'closes_at < CURRENT_TIMESTAMP'`, '`where x = ${y} and at < now ( ) - ${z}`', `"current_date"`, '`clock_timestamp()`'])(
    'SQL that asks for the time: %s', (text) => {
      expect(checkSql({ path: 'calls/calls.queries.ts', text })).toHaveLength(1);
    });

  it.each(['`It is now ${this.clock.now()}`', `'We know ()'`, '// now()', `'now'`])('but not %s', (text) => {
    expect(checkSql({ path: 'calls/calls.queries.ts', text })).toEqual([]);
  });

  it('SQL that reads what people need, but for whoever arranges it', () => {
    const reading = (path: string) => checkNeeds({ path, text: '`select 1 from call c join access_need n on true`' });
    expect([reading('choosing/choosing.queries.ts').length, reading('adjustments/adjustments.queries.ts').length]).toEqual([1, 0]);
    expect(checkNeeds({ path: 'calls/calls.queries.ts', text: "`We read from arrangements; 'arrangement.booked'`" })).toEqual([]);
  });

  it('an entity relation to another capability, or to a name', () => {
    const entity = (relation: string) => checkRelations({
      path: 'calls/call.entity.ts',
      text: `import { ManyToOne, OneToMany } from 'typeorm';\nimport { Group } from '../groups/group.entity.js';\nimport { Question } from './question.entity.js';
        @Entity() class Call { ${relation} x: unknown; }`,
    });
    expect(entity('@ManyToOne(() => Group)')).toHaveLength(1);
    expect(entity(`@ManyToOne('Group')`)).toHaveLength(1);
    expect(entity('@OneToMany(() => Question, (question) => question.call)')).toEqual([]);
    expect(entity(`@Column('uuid')`)).toEqual([]);
  });

  it('a route without a policy', () => {
    const controller = (onClass: string, onMethod: string) => checkPolicies({
      path: 'calls/calls.controller.ts',
      text: `@Controller('calls') ${onClass} class C { @Get() ${onMethod} list() {} helper() {} }`,
    });
    expect(controller('', '')).toEqual([{ path: 'calls/calls.controller.ts', what: 'C.list has no policy' }]);
    expect(controller('', `@May('call.read')`)).toEqual([]);
    expect(controller('@Public()', '')).toEqual([]);
    expect(controller('', '@ApiOperation({})')).toHaveLength(1);
  });
});

function readSources(): Source[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: name.split(sep).join('/'), text: readFileSync(join(SRC, name), 'utf8') }));
}
