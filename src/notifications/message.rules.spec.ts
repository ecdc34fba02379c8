import { describe, expect, it } from '@jest/globals';
import { afterInterruption, isOneLine, messageStates, retryAfterSeconds, whatWentWrong } from './message.rules.js';

describe('the life of a message', () => {
  it('ends when it is sent or not needed any more; whatever else went wrong waits for a person', () => {
    expect(messageStates.states.filter((state) => messageStates.isFinal(state))).toEqual(['sent', 'cancelled']);
    expect(messageStates.can('pending', 'sent')).toBe(false);
    expect(messageStates.can('sent', 'pending')).toBe(false);
    expect(messageStates.next('uncertain')).toEqual(['sent', 'pending']);
  });

  it('goes on after an interruption only if sending twice can do no harm', () => {
    expect(afterInterruption(false, false)).toBe('pending');
    expect(afterInterruption(true, true)).toBe('pending');
    expect(afterInterruption(true, false)).toBe('uncertain');
  });
});

describe('trying again', () => {
  it('waits 30 seconds, doubling to an hour', () => {
    expect([0, 1, 2, 3, 6, 7, 50].map((attempts) => retryAfterSeconds(attempts, 0.5))).toEqual([30, 60, 120, 240, 1920, 3600, 3600]);
  });

  it('spreads out by a fifth, so that not all come at once', () => {
    expect([retryAfterSeconds(0, 0), retryAfterSeconds(0, 1)]).toEqual([24, 36]);
  });
});

it('finds line breaks', () => {
  expect(isOneLine('Your interview')).toBe(true);
  expect(isOneLine('Your interview\r\nBcc: eve@home.example')).toBe(false);
  expect(isOneLine('Amina\nYusuf')).toBe(false);
});

it('says in words what went wrong', () => {
  expect(whatWentWrong('smtp-550')).toBe('The email service would not take it. The address may be wrong.');
  expect(whatWentWrong('smtp-451')).toBe('The email service could not take it at that time.');
  expect(whatWentWrong('TypeError')).toBe('Something went wrong on our side.');
});
