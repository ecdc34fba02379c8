import ts from 'typescript';

/** What stands where in src/, as pure functions over paths and texts: the checks of docs/architecture.md. */
export interface Source {
  /** From src/, such as 'calls/calls.service.ts'. */
  path: string;
  text: string;
}

export interface Breach {
  path: string;
  what: string;
}

const LONGEST_LINES = 400;
const CLOCK = 'platform/clock.ts';

/** Whom each capability may import, besides itself. Root files (app.module.ts, main.ts …) wire all of them. */
const LEFT_OF: Record<string, readonly string[]> = (() => {
  const line = ['platform', 'people', 'budgets', 'diary', 'adjustments', 'groups', 'calls', 'applications', 'choosing', 'interviews', 'timetables'];
  const base = ['shared', 'events'];
  return {
    shared: [],
    events: [],
    ...Object.fromEntries(line.map((name, index) => [name, [...base, ...line.slice(0, index)]])),
    payments: [...base, 'platform', 'people', 'budgets', 'diary', 'groups'],
    notifications: [...base, 'platform', 'people'],
    // The demo signs people in, and only people can do that.
    site: [...base, 'platform', 'people'],
  };
})();

/** Rooms by rank: a file may import its own capability's rooms of its own rank or below. */
const RANKS: Record<string, number> = {
  rules: 0, entity: 1, dto: 1, queries: 2, service: 3,
  controller: 4, subscriber: 4, messages: 4, processor: 4,
  module: 5,
};
/** Whatever has no room of its own (an authenticator, a sender) works where services do. */
const WORKING_RANK = RANKS['service']!;

const FRAMEWORKS = /^(@nestjs\/|@fastify\/|fastify$|typeorm$|pg$|class-|bullmq|nunjucks|nodemailer|rxjs)/;

export function checkAll(sources: readonly Source[]): Breach[] {
  return [
    ...sources.flatMap((source) => [
      ...checkImports(source), ...checkWords(source), ...checkLength(source), ...checkPresent(source),
      ...checkRelations(source), ...checkPolicies(source), ...checkSql(source), ...checkNeeds(source),
    ]),
    ...checkCycles(sources),
  ];
}

// ---- Who imports whom ----

export function checkImports({ path, text }: Source): Breach[] {
  if (isSpec(path)) return [];
  return importsOf(path, text).flatMap((specifier) => {
    const complaint = specifier.startsWith('.') ? forbidden(path, resolve(path, specifier)) : forbiddenPackage(path, specifier);
    return complaint ? [{ path, what: `imports ${specifier}: ${complaint}` }] : [];
  });
}

function forbidden(from: string, to: string): string | null {
  if (to.startsWith('../')) return isRoot(from) ? null : 'only the commands in src/ reach outside it';
  if (isSpec(to)) return 'tests are not for others';
  if (isRoot(from)) return null;
  if (isRoot(to)) return 'nobody imports the commands';
  return capabilityOf(from) === capabilityOf(to) ? forbiddenInside(from, to) : forbiddenBetween(from, to);
}

function forbiddenInside(from: string, to: string): string | null {
  // Shared, events and platform have no rooms, only files.
  if (!hasRooms(capabilityOf(from)) || roomOf(to) === 'paths') return null;
  if (roomOf(from) === 'paths') return 'paths import nothing of their capability but paths';
  return rankOf(to) <= rankOf(from) ? null : `${roomOf(from)} may not know ${roomOf(to)}`;
}

function forbiddenBetween(from: string, to: string): string | null {
  const [own, other] = [capabilityOf(from), capabilityOf(to)];
  if (!(own in LEFT_OF)) return `${own} is not in the table of test/support/architecture.ts`;
  if (roomOf(to) === 'paths') return own === 'shared' || own === 'events' ? `${own} imports nothing` : null;
  if (roomOf(from) === 'rules' && other !== 'shared' && roomOf(to) !== 'rules') return 'rules know only shared and rules';
  if (LEFT_OF[own]!.includes(other)) return null;
  if (own === 'site' && (roomOf(to) === 'queries' || roomOf(to) === 'rules' || (roomOf(from) === 'module' && roomOf(to) === 'module'))) return null;
  return `${own} may not know ${other}`;
}

function forbiddenPackage(path: string, name: string): string | null {
  if (roomOf(path) === 'rules' && FRAMEWORKS.test(name)) return 'rules import no framework';
  if (capabilityOf(path) === 'shared' && FRAMEWORKS.test(name)) return 'shared imports no framework';
  return null;
}

// ---- Cycles ----

export function checkCycles(sources: readonly Source[]): Breach[] {
  const graph = new Map(sources.filter(({ path }) => !isSpec(path)).map(({ path, text }) => [
    path, importsOf(path, text).filter((name) => name.startsWith('.')).map((name) => resolve(path, name)),
  ]));
  const done = new Set<string>();
  const breaches: Breach[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      breaches.push({ path, what: `a cycle: ${[...trail.slice(start), path].join(' → ')}` });
    } else if (!done.has(path)) {
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    }
  };
  for (const path of graph.keys()) visit(path, []);
  return breaches;
}

// ---- What must not be in a file ----

export function checkWords({ path, text }: Source): Breach[] {
  const breaches: Breach[] = [];
  if (path.split('/').at(-1) === 'index.ts') breaches.push({ path, what: 'is a barrel: import from the file itself' });
  if (nodes(path, text).some((node) => ts.isIdentifier(node) && node.text === 'forwardRef')) {
    breaches.push({ path, what: 'uses forwardRef: two rooms know each other' });
  }
  return breaches;
}

export function checkLength({ path, text }: Source): Breach[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  return lines > LONGEST_LINES ? [{ path, what: `has ${lines} lines, more than ${LONGEST_LINES}: split it by what it does` }] : [];
}

/** The present is asked of the clock alone. */
export function checkPresent({ path, text }: Source): Breach[] {
  if (path === CLOCK) return [];
  return nodes(path, text).filter(readsPresent).map((node) => ({ path, what: `reads the present in line ${lineOf(node)}: ask Clock` }));
}

function readsPresent(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return isNamed(node.expression, 'Date') && (node.arguments?.length ?? 0) === 0;
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return true;
  return ts.isPropertyAccessExpression(node)
    && ((isNamed(node.expression, 'Date') && node.name.text === 'now') || (isNamed(node.expression, 'Temporal') && node.name.text === 'Now'));
}

const SQL_PRESENT = /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b/i;

/** Nor does SQL ask the database for the time. */
export function checkSql({ path, text }: Source): Breach[] {
  return nodes(path, text)
    .filter((node) => isText(node) && SQL_PRESENT.test(node.text))
    .map((node) => ({ path, what: `asks the database for the time in line ${lineOf(node)}: pass the clock's` }));
}

const NEEDS_SQL = /\b(?:from|join|into|update)\s+(?:access_(?:need|profile_part|snapshot|check)|interpreter_wish|arrangement|arrangement_\w+|supplier_booking)\b/i;

/** It asks whether somebody was asked for, to book whom a call holds already. */
const MAY_ASK = 'interviews/held-interpreters.service.ts';

/** What people need is read by one capability; others ask it for minutes and days. */
export function checkNeeds({ path, text }: Source): Breach[] {
  if (path.startsWith('adjustments/') || path === MAY_ASK) return [];
  return nodes(path, text)
    .filter((node) => isText(node) && NEEDS_SQL.test(node.text))
    .map((node) => ({ path, what: `reads what people need in line ${lineOf(node)}: ask adjustments for minutes and days` }));
}

function isText(node: ts.Node): node is ts.LiteralLikeNode {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
}

// ---- Entities ----

const RELATIONS = new Set(['ManyToOne', 'OneToMany', 'OneToOne', 'ManyToMany', 'JoinColumn', 'JoinTable', 'RelationId']);

/** A relation may only lead to an entity of the same capability, named by its class. */
export function checkRelations({ path, text }: Source): Breach[] {
  const all = nodes(path, text);
  const foreign = new Set(all.filter(ts.isImportDeclaration).flatMap((declaration) => {
    const specifier = (declaration.moduleSpecifier as ts.StringLiteral).text;
    const ours = specifier.startsWith('.') && capabilityOf(resolve(path, specifier)) === capabilityOf(path);
    return ours ? [] : importedNames(declaration);
  }));
  return all.filter((node) => ts.isDecorator(node)).flatMap((decorator) => {
    const name = decoratorName(decorator);
    if (!RELATIONS.has(name)) return [];
    const call = decorator.expression as ts.CallExpression;
    const byText = call.arguments[0] !== undefined && ts.isStringLiteralLike(call.arguments[0]);
    const targets = descendants(call).filter(ts.isIdentifier).map(({ text: target }) => target).filter((target) => target !== name);
    const abroad = targets.find((target) => foreign.has(target));
    if (!abroad && !byText) return [];
    return [{ path, what: `@${name} in line ${lineOf(decorator)} leads to ${abroad ?? 'a name in quotes'}: keep an id column instead` }];
  });
}

// ---- Routes ----

const ROUTES = new Set(['Get', 'Post', 'Put', 'Patch', 'Delete', 'All', 'Head', 'Options', 'Sse']);
const POLICIES = new Set(['Public', 'SignedIn', 'May', 'DemoOnly']);

export function checkPolicies({ path, text }: Source): Breach[] {
  return nodes(path, text).filter(ts.isClassDeclaration).flatMap((controller) => {
    const decorators = namesOfDecorators(controller);
    if (!decorators.includes('Controller') || decorators.some((name) => POLICIES.has(name))) return [];
    return controller.members.filter(ts.isMethodDeclaration)
      .filter((method) => {
        const names = namesOfDecorators(method);
        return names.some((name) => ROUTES.has(name)) && !names.some((name) => POLICIES.has(name));
      })
      .map((method) => ({ path, what: `${controller.name?.text}.${method.name.getText()} has no policy` }));
  });
}

function namesOfDecorators(node: ts.HasDecorators): string[] {
  return (ts.getDecorators(node) ?? []).map(decoratorName);
}

function decoratorName(decorator: ts.Decorator): string {
  const expression = ts.isCallExpression(decorator.expression) ? decorator.expression.expression : decorator.expression;
  return ts.isIdentifier(expression) ? expression.text : '';
}

// ---- Reading ----

function importsOf(path: string, text: string): string[] {
  return nodes(path, text).flatMap((node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) return [(node.moduleSpecifier as ts.StringLiteral).text];
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return [(node.argument.literal as ts.StringLiteral).text];
    const dynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments[0] : undefined;
    return dynamic && ts.isStringLiteralLike(dynamic) ? [dynamic.text] : [];
  });
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  const named = bindings && ts.isNamedImports(bindings) ? bindings.elements.map((element) => element.name.text) : [];
  const whole = bindings && ts.isNamespaceImport(bindings) ? [bindings.name.text] : [];
  return [...named, ...whole, ...(importClause?.name ? [importClause.name.text] : [])];
}

let lastRead: { path: string; text: string; nodes: ts.Node[] } | null = null;

function nodes(path: string, text: string): ts.Node[] {
  if (lastRead?.path !== path || lastRead.text !== text) {
    lastRead = { path, text, nodes: descendants(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)) };
  }
  return lastRead.nodes;
}

function descendants(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    found.push(child);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

function lineOf(node: ts.Node): number {
  return node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

/** 'calls/calls.service.js' from 'applications/x.ts' as '../calls/calls.service.ts'; outside src it begins with '../'. */
function resolve(from: string, specifier: string): string {
  const steps = from.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (step !== '.') steps.push(step);
  }
  return steps.join('/').replace(/\.js$/, '.ts');
}

function capabilityOf(path: string): string {
  return path.includes('/') ? path.split('/')[0]! : '';
}

/** 'service' of 'calls/shortlisting.service.ts'; 'controller' of 'calls/calls.api.controller.ts'. */
function roomOf(path: string): string {
  const parts = path.split('/').at(-1)!.replace(/\.ts$/, '').split('.');
  return parts.length > 1 ? parts.at(-1)! : '';
}

function rankOf(path: string): number {
  return RANKS[roomOf(path)] ?? WORKING_RANK;
}

function hasRooms(capability: string): boolean {
  return !['shared', 'events', 'platform'].includes(capability);
}

function isRoot(path: string): boolean {
  return !path.includes('/');
}

function isSpec(path: string): boolean {
  return path.endsWith('.spec.ts');
}
