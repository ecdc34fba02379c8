import { describe, expect, it } from '@jest/globals';
import { waitFigures, workingDaysBetween } from './waits.rules.js';

const holidays = new Set(['2026-12-25', '2026-12-28', '2027-01-01']);
const waits = (count: number, withAdjustments: boolean, ...heldOn: string[]) =>
  Array.from({ length: count }, (_, index) => ({ toldOn: '2026-12-07', heldOn: heldOn[index % heldOn.length]!, withAdjustments }));

describe('how long people wait', () => {
  it('is counted in working days', () => {
    expect(workingDaysBetween('2026-12-07', '2026-12-07', holidays)).toBe(0);
    expect(workingDaysBetween('2026-12-07', '2027-01-07', holidays)).toBe(20);
  });

  it('is the middle one of those with and of those without', () => {
    expect(waitFigures([...waits(5, true, '2026-12-09', '2026-12-10', '2026-12-08'), ...waits(6, false, '2026-12-08', '2026-12-11')], holidays))
      .toEqual({ withAdjustments: { people: 5, median: 2 }, without: { people: 6, median: 2.5 } });
  });

  it('says nothing where it could lead to somebody', () => {
    expect(waitFigures([...waits(4, true, '2026-12-09'), ...waits(50, false, '2026-12-09')], holidays)).toBeNull();
    expect(waitFigures([...waits(50, true, '2026-12-09'), ...waits(4, false, '2026-12-09')], holidays)).toBeNull();
  });
});
