import { describe, expect, it } from '@jest/globals';
import { schedulingNeeds, type SchedulingRow } from './scheduling.rules.js';

const row = (more: Partial<SchedulingRow>): SchedulingRow => ({
  extraMinutes: 0, feature: null, format: null, skill: null, leadDays: 0, preferred: [], refused: [], ...more,
});

describe('what a timetable may know', () => {
  it('is minutes added up, the longest wait, and what the place must have', () => {
    expect(schedulingNeeds('a', [
      row({ extraMinutes: 15, skill: 'bsl-interpreter', leadDays: 20, format: 'in_sight', preferred: ['i'], refused: ['j'] }),
      row({ extraMinutes: 10 }), row({ feature: 'step-free' }), row({ feature: 'loop', leadDays: 3 }), row({ feature: 'loop' }),
    ])).toEqual({
      personId: 'a', extraMinutes: 25, features: ['loop', 'step-free'], formats: ['in_person', 'video'], leadDays: 20, otherLeadDays: 3,
      skills: [{ skill: 'bsl-interpreter', leadDays: 20, preferred: ['i'], refused: ['j'] }],
    });
  });

  it('leaves the ways that fit all of it', () => {
    expect(schedulingNeeds('a', [row({ format: 'remote' })]).formats).toEqual(['video', 'phone']);
    expect(schedulingNeeds('a', [row({ format: 'remote' }), row({ format: 'in_sight' })]).formats).toEqual(['video']);
  });

  it('is nothing for somebody who needs nothing', () => {
    expect(schedulingNeeds('a', [])).toEqual({ personId: 'a', extraMinutes: 0, features: [], formats: [], skills: [], leadDays: 0, otherLeadDays: 0 });
  });
});
