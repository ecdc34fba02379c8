import { permissions, roleNames, roles, type Permission, type Role } from '../../src/platform/permissions.js';
import type { Policy } from '../../src/platform/web/policies.js';
import type { RoutePolicy } from '../../src/platform/web/route-policies.js';

const HEAD = `# Who may do what

Written from \`src/platform/permissions.ts\` and from the policies of the routes; a test holds this page equal to them.
To write it again: \`WRITE_DOCS=1 npm test -- permissions\`

What a resident may do with their own affairs needs no role: those routes say “anybody signed in, their own”, and
somebody else’s is not found. A person may have several roles. Who may not do two steps of one payment is not
here but in the rules, and in the database. Files under \`/assets/\` and \`/api/openapi.json\` are for anybody.
`;

/** docs/permissions.md, from the matrix and the routes. */
export function describePermissions(routes: readonly RoutePolicy[]): string {
  const names = Object.keys(permissions) as Permission[];
  const matrix = names.map((name) => row(`\`${name}\``, ...roles.map((role) => (isAllowed(name, role) ? 'yes' : ''))));
  const sorted = [...routes].sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  return [
    HEAD,
    '## Roles', '',
    row('', ...roles.map((role) => roleNames[role])), row('---', ...roles.map(() => ':---:')), ...matrix, '',
    '## Routes', '',
    row('', 'Route', 'Who'), row('---', '---', '---'),
    ...sorted.map(({ method, path, policy, acting }) => row(method, `\`${path}\``, words(policy) + helpers(acting))), '',
  ].join('\n');
}

function words(policy: Policy | undefined): string {
  switch (policy) {
    case 'public': return 'anybody';
    case 'signed-in': return 'anybody signed in, their own';
    case 'demo': return 'anybody, in the demo alone';
    case undefined: throw new Error('a route without a policy');
    default: return `\`${policy.may}\``;
  }
}

/** Those who help somebody just now are refused everywhere else. */
function helpers(acting: RoutePolicy['acting']): string {
  const scopes = [acting].flat();
  if (scopes.length === 0) return '';
  return acting === 'all' ? '; who helps somebody too' : `; who helps them with ${scopes.join(' or ')} too`;
}

function isAllowed(name: Permission, role: Role): boolean {
  return (permissions[name] as readonly Role[]).includes(role);
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
