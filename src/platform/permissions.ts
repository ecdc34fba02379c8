/** Who may do what. Guards, tests and docs/permissions.md all come from this table. */
export const roles = [
  'strategic_lead', 'co_decider', 'panel_member', 'access_coordinator',
  'budget_holder', 'finance_officer', 'administrator', 'auditor',
] as const;

export type Role = (typeof roles)[number];

export const roleNames: Record<Role, string> = {
  strategic_lead: 'strategic lead',
  co_decider: 'co-decider',
  panel_member: 'panel member',
  access_coordinator: 'access co-ordinator',
  budget_holder: 'budget holder',
  finance_officer: 'finance officer',
  administrator: 'administrator',
  auditor: 'auditor',
};

/** Everybody with a role has a staff home. What a resident may do with their own affairs needs no role. */
export const permissions = {
  'staff.home': roles,
  'call.read': ['strategic_lead', 'co_decider', 'panel_member', 'budget_holder'],
  'call.write': ['strategic_lead'],
  // The checklist takes the names of those who know: who pays, who decides.
  'call.check': ['strategic_lead', 'co_decider', 'budget_holder'],
  // Never whoever wrote it.
  'call.approve': ['strategic_lead', 'co_decider', 'budget_holder'],
  // Panel members read applications where they score them, which may be without names.
  'application.read': ['strategic_lead', 'co_decider'],
  'application.decide': ['strategic_lead'],
  // Writing down for somebody what they say, and the calls and letters that reach them.
  'application.enter': ['strategic_lead', 'access_coordinator'],
  // More time is an adjustment; that somebody rang before the closing time may be written down by whoever took the call.
  'late.give': ['strategic_lead', 'access_coordinator'],
  'late.code': ['access_coordinator'],
  'equality.report': ['strategic_lead', 'auditor'],
  'review.prepare': ['strategic_lead'],
  'review.read': ['strategic_lead', 'co_decider'],
  'review.score': ['strategic_lead', 'co_decider', 'panel_member'],
  'interview.read': ['strategic_lead', 'co_decider', 'panel_member'],
  // The same for everybody in a round. Residents who decide write them too.
  'interview.question': ['strategic_lead', 'co_decider'],
  'interview.schedule': ['strategic_lead'],
  'arrangement.read': ['access_coordinator'],
  'arrangement.write': ['access_coordinator'],
  // Reserving interpreters for everybody, before anybody is known to need one.
  'interpreter.hold': ['strategic_lead', 'access_coordinator'],
  // A group's name and its seats say who is Disabled. Who pays sees names, rates and neutral short names on claims.
  'group.read': ['strategic_lead', 'co_decider', 'panel_member'],
  'group.write': ['strategic_lead'],
  'meeting.record': ['strategic_lead'],
  'budget.read': ['strategic_lead', 'budget_holder', 'finance_officer', 'auditor'],
  // How much access costs and when; never for whom.
  'access-cost.read': ['budget_holder', 'finance_officer'],
  'claim.read': ['budget_holder', 'finance_officer', 'auditor'],
  'claim.approve': ['budget_holder'],
  'run.read': ['finance_officer', 'auditor'],
  'run.write': ['finance_officer'],
  // Helping somebody in: at a shared address, or with no way of their own.
  'person.help': ['strategic_lead', 'access_coordinator', 'administrator'],
  'person.merge': ['strategic_lead', 'administrator'],
  'message.mend': ['strategic_lead', 'administrator'],
  'message.tell': ['strategic_lead', 'access_coordinator'],
  'audit.read': ['auditor', 'administrator'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;
