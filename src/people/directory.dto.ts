import { Transform } from 'class-transformer';
import { ArrayNotEmpty, IsArray, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { IsRealDay, IsRowId, OneOrMany, Trimmed } from '../platform/web/form.js';
import { staffChannels, supporterScopes, type StaffChannel, type SupporterScope } from './helping.rules.js';
import { readContact, readPostcode } from './people.rules.js';

const Postcode = () => Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' && value.trim() !== '' ? readPostcode(value) ?? value : undefined);
const REAL_POSTCODE = /^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$/;

/** Ways to reach somebody, as they say them. Which of them is real is asked of the rules. */
export class WaysDto {
  @IsOptional() @Trimmed() @IsString() @MaxLength(50, { message: 'Enter a shorter telephone number' })
  call?: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(50, { message: 'Enter a shorter mobile number' })
  phone?: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(500, { message: 'Enter an address of 500 characters or fewer' })
  post?: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(254, { message: 'Enter an email address of 254 characters or fewer' })
  email?: string;

  @IsOptional() @IsIn(['', 'call', 'phone', 'post', 'email'])
  preferred?: string;

  @IsIn(['yes'], { message: 'Read it back to them first, and tick that you did' })
  readBack: string;
}

export class NewPersonDto extends WaysDto {
  @IsRowId() id: string;

  @Trimmed() @IsString({ message: 'Enter their name' }) @MaxLength(200, { message: 'The name must have 200 characters or fewer' })
  name: string;

  @IsOptional() @Postcode() @Matches(REAL_POSTCODE, { message: 'Enter a real postcode, like W6 9JT, or leave it empty' })
  postcode?: string;

  @IsOptional() @IsRealDay({ message: 'Enter a real date of birth, like 27 3 1980, or leave it empty' })
  birthDate?: string;

  @IsOptional() @IsIn(['yes'])
  different?: string;

  @IsOptional() @IsString() @MaxLength(500)
  next?: string;
}

export class EnterForDto {
  @IsIn(staffChannels, { message: 'Choose how they are telling you' })
  channel: StaffChannel;

  @IsOptional() @IsString() @MaxLength(500)
  next?: string;
}

export class EndHelpingDto {
  @IsOptional() @IsString() @MaxLength(500)
  next?: string;
}

/** A consent ends at the word of whoever gave it. */
export class ConsentEndDto {
  @IsIn(staffChannels, { message: 'Choose how they told you' })
  channel: StaffChannel;
}

const Email = () => Transform(({ value }: { value: unknown }) => {
  const contact = typeof value === 'string' ? readContact(value, false) : null;
  return contact?.kind === 'email' ? contact.value : undefined;
});

export class SupporterDto {
  @IsRowId() id: string;

  @Trimmed() @IsString({ message: 'Enter the name of your supporter' }) @MaxLength(200, { message: 'The name must have 200 characters or fewer' })
  name: string;

  @Email() @IsString({ message: 'Enter the email address of your supporter, like name@example.com' })
  email: string;

  @OneOrMany() @IsArray() @IsIn(supporterScopes, { each: true, message: 'Choose from the list' })
  @ArrayNotEmpty({ message: 'Choose what your supporter may do' })
  scope: SupporterScope[] = [];

  @IsRealDay({ message: 'Enter a real date for when it ends' })
  endsOn: string;
}

export class RecordedSupporterDto extends SupporterDto {
  @IsIn(staffChannels, { message: 'Choose how they told you' })
  channel: StaffChannel;

  @IsIn(['yes'], { message: 'Read it back to them first, and tick that you did' })
  readBack: string;
}
