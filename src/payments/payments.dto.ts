import { Transform } from 'class-transformer';
import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { IsRowId, Trimmed } from '../platform/web/form.js';
import { readAccountNumber, readSortCode } from './bank.rules.js';

/** What can be read becomes digits alone; anything else stays, to be refused. */
const ReadWith = (read: (typed: string) => string | null) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? read(value) ?? value : value));

export class AnswerClaimDto {
  @IsIn(['accept', 'decline'], { message: 'Choose yes or no' })
  answer: 'accept' | 'decline';
}

export class BankDetailsDto {
  @IsRowId()
  id: string;

  @Trimmed() @IsString({ message: 'Enter the name on the account' })
  @MaxLength(70, { message: 'The name on the account must be 70 letters or fewer' })
  accountName: string;

  @Trimmed() @ReadWith(readSortCode) @Matches(/^\d{6}$/, { message: 'Enter the sort code. It has 6 numbers, like 12-34-56' })
  sortCode: string;

  @Trimmed() @ReadWith(readAccountNumber) @Matches(/^\d{8}$/, { message: 'Enter the account number. It has 8 numbers. A few have 6 or 7' })
  accountNumber: string;
}

export class BuildRunDto {
  @IsRowId()
  id: string;
}
