import { describe, expect, it } from '@jest/globals';
import { canAgree, canClose, canScore, everybodyGave, type Scorable } from './interview-score.rules.js';

const held: Scorable = { live: true, started: true, came: true, onPanel: true, own: false, conflict: false, revealed: false };

describe('scoring an interview', () => {
  it('is for those who sat on its panel, from its start until the scores show', () => {
    expect(canScore(held)).toEqual({ ok: true });
  });

  it.each([
    [{ onPanel: false }, 'Only those on its panel score an interview.'],
    [{ own: true }, 'Only those on its panel score an interview.'],
    [{ conflict: true }, 'You told us that you know this person, or gain something. So others score this interview.'],
    [{ live: false }, 'This interview was not held, so there is nothing to score.'],
    [{ came: false }, 'This interview was not held, so there is nothing to score.'],
    [{ started: false }, 'You can score from when the interview starts.'],
    [{ revealed: true }, 'Everybody’s scores are shown now, so they stay as they are.'],
  ])('is refused with %j', (but, reason) => {
    expect(canScore({ ...held, ...but })).toEqual({ ok: false, reason });
  });
});

describe('showing the scores', () => {
  const gave = { given: true, conflict: false };
  const waits = { given: false, conflict: false };
  const knows = { given: false, conflict: true };

  it('waits for everybody but those who know the person', () => {
    expect(everybodyGave([gave, gave, knows])).toBe(true);
    expect(everybodyGave([gave, waits])).toBe(false);
    expect(everybodyGave([knows])).toBe(false);
  });

  it('can be done by a lead without a conflict, once somebody has given theirs', () => {
    expect(canClose([gave, waits], { revealed: false, conflict: false })).toEqual({ ok: true });
    expect(canClose([waits], { revealed: false, conflict: false }).ok).toBe(false);
    expect(canClose([gave, waits], { revealed: false, conflict: true }).ok).toBe(false);
    expect(canClose([gave], { revealed: true, conflict: false }).ok).toBe(false);
  });
});

describe('agreeing', () => {
  const lead = { dutyId: 'lead', conflict: false };
  const ruth = { dutyId: 'ruth', conflict: false, given: true };

  it('takes a lead and somebody else who scored, after the scores show', () => {
    expect(canAgree(lead, ruth, true)).toEqual({ ok: true });
    expect(canAgree(lead, ruth, false).ok).toBe(false);
    expect(canAgree({ ...lead, conflict: true }, ruth, true).ok).toBe(false);
    for (const partner of [null, { ...ruth, given: false }, { ...ruth, conflict: true }, { ...ruth, dutyId: 'lead' }]) {
      expect(canAgree(lead, partner, true)).toEqual({ ok: false, reason: 'Choose somebody else who scored this interview. People who share a job count as one' });
    }
  });
});
