/** UK account details as people type them. Formats only: whether the account exists, only the bank knows. */

/** "12-34-56", "12 34 56" or "123456" become "123456"; null when it is not 6 digits. */
export function readSortCode(typed: string): string | null {
  const digits = typed.replace(/[\s-]/g, '');
  return /^\d{6}$/.test(digits) ? digits : null;
}

/** 8 digits. Some accounts have 6 or 7: they get noughts in front, as banks do. Null when it can't be one. */
export function readAccountNumber(typed: string): string | null {
  const digits = typed.replace(/[\s-]/g, '');
  return /^\d{6,8}$/.test(digits) ? digits.padStart(8, '0') : null;
}

/** "ending 54": enough to know one's own. */
export function maskAccount(accountNumber: string): string {
  return `ending ${accountNumber.slice(-2)}`;
}
