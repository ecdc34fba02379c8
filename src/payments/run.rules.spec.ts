import { describe, expect, it } from '@jest/globals';
import { canRelease, runStates, whyLeftOut } from './run.rules.js';

const line = { claimant: 'amina', recorder: 'the leads', approver: 'bola', bankEditor: 'amina' };

describe('building a run', () => {
  it('takes what the builder had no part in and can be paid', () => {
    expect(whyLeftOut({ ...line, hasBankDetails: true }, 'farah')).toBeNull();
    expect(whyLeftOut({ ...line, hasBankDetails: false }, 'farah')).toMatch(/^No bank details yet/);
    for (const builder of ['amina', 'the leads', 'bola']) {
      expect(whyLeftOut({ ...line, hasBankDetails: true }, builder)).toMatch(/another finance officer pays it$/);
    }
  });
});

describe('releasing a run', () => {
  const duties = { builder: 'farah', lines: [line] };

  it('is for somebody who had no part in it', () => {
    expect(canRelease('built', duties, 'gwen')).toEqual({ ok: true });
    for (const releaser of ['farah', 'amina', 'the leads', 'bola']) expect(canRelease('built', duties, releaser).ok).toBe(false);
    expect(canRelease('built', { ...duties, lines: [{ ...line, bankEditor: 'gwen' }] }, 'gwen').ok).toBe(false);
  });

  it('happens once', () => {
    for (const state of runStates.states) expect(canRelease(state, duties, 'gwen').ok).toBe(state === 'built');
  });
});
