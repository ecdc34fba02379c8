import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { Trimmed } from '../platform/web/form.js';

export class AskSignInDto {
  @Trimmed() @IsString({ message: 'Enter your email address or mobile number' })
  @MaxLength(254, { message: 'Enter an email address of 254 characters or fewer, or a mobile number' })
  contact: string;

  @IsOptional() @IsString() @MaxLength(500)
  next?: string;
}

export class SignInCodeDto {
  @Trimmed() @IsString({ message: 'Enter the 6 numbers we sent you' })
  @Matches(/^\s*(\d\s*){6}$/, { message: 'Enter the 6 numbers we sent you' })
  code: string;
}

export class NameDto {
  @Trimmed() @IsString({ message: 'Enter your name' }) @MaxLength(200, { message: 'Use 200 characters or fewer' })
  name: string;
}

export class ChooseWhoDto {
  @IsString({ message: 'Choose who you are' }) @MaxLength(36, { message: 'Choose who you are' })
  who: string;

  @IsOptional() @Trimmed() @IsString({ message: 'Enter your name' }) @MaxLength(200, { message: 'Use 200 characters or fewer' })
  name?: string;
}
