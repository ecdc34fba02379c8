import { describe, expect, it } from '@jest/globals';
import { maskAccount, readAccountNumber, readSortCode } from './bank.rules.js';

describe('bank details', () => {
  it.each([['12-34-56', '123456'], [' 01 02 03 ', '010203'], ['12345', null], ['12345a', null]])('reads the sort code %s', (typed, read) => {
    expect(readSortCode(typed)).toBe(read);
  });

  it.each([
    ['12345654', '12345654'], ['1234 5654', '12345654'], ['1234567', '01234567'], ['123456', '00123456'],
    ['12345', null], ['123456789', null], ['1234567x', null],
  ])('reads the account number %s', (typed, read) => {
    expect(readAccountNumber(typed)).toBe(read);
  });

  it('shows the last two digits only', () => {
    expect(maskAccount('12345654')).toBe('ending 54');
  });
});
