import { describe, expect, it } from '@jest/globals';
import { backOn, whoIsOnDuty, type RoleHolder } from './job-share.rules.js';

const dana: RoleHolder = { id: 'dana', name: 'Dana', jobShareId: 'leads', workingDays: [1, 2, 3] };
const marcus: RoleHolder = { id: 'marcus', name: 'Marcus', jobShareId: 'leads', workingDays: [3, 4] };
const alone: RoleHolder = { id: 'lee', name: 'Lee', jobShareId: null, workingDays: [1] };
const ids = (day: string) => whoIsOnDuty([dana, marcus, alone], day).map(({ id }) => id);

describe('who is on duty', () => {
  it.each([
    ['Monday, one of two', '2026-11-23', ['dana', 'lee']], ['Wednesday, both', '2026-11-25', ['dana', 'marcus', 'lee']],
    ['Thursday, the other', '2026-11-26', ['marcus', 'lee']], ['Friday, when neither works: both', '2026-11-27', ['dana', 'marcus', 'lee']],
  ])('%s', (_what, day, expected) => expect(ids(day)).toEqual(expected));

  it('says when somebody is back', () => {
    expect(backOn(marcus, '2026-11-23')).toBe('2026-11-25');
    expect(backOn(dana, '2026-11-25')).toBe('2026-11-30');
  });
});
