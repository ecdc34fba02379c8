import { describe, expect, it } from '@jest/globals';
import { runningOrder } from './interview-day.rules.js';

const at = (time: string) => new Date(`2027-03-30T${time}:00Z`);
const slot = (from: string, to: string) => ({ startsAt: at(from), endsAt: at(to) });

describe('a panel’s day', () => {
  it('has the times in order, with the breaks between them', () => {
    const [one, two, three] = [slot('09:00', '09:40'), slot('09:55', '10:35'), slot('10:37', '11:00')];
    expect(runningOrder([one, two, three])).toEqual([
      { kind: 'slot', slot: one }, { kind: 'break', startsAt: at('09:40'), endsAt: at('09:55') }, { kind: 'slot', slot: two }, { kind: 'slot', slot: three },
    ]);
  });

  it('of no times is empty', () => {
    expect(runningOrder([])).toEqual([]);
  });
});
