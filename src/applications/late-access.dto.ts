import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { ClockTime, Digits, IsClockTime, IsRealDay, IsRowId, Trimmed } from '../platform/web/form.js';
import { contactWays, type ContactWay } from './late-access.rules.js';

const MOST_USES = 20;

export class LateCodeDto {
  @IsRowId() id: string;

  @IsRowId({ message: 'Choose the call' }) callId: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(200, { message: 'Use 200 characters or fewer' })
  forWhom?: string;

  @Digits() @IsInt({ message: 'Enter how many people may use it' })
  @Min(1, { message: 'At least one person may use it' }) @Max(MOST_USES, { message: `At most ${MOST_USES} people may use one code` })
  uses: number;

  @IsRealDay({ message: 'Enter a real date for the last day' }) day: string;
  @ClockTime() @IsClockTime({ message: 'Enter a time, like 5pm or midday' }) time: string;
}

export class FirstContactDto {
  @IsRowId() id: string;

  @IsRowId({ message: 'Choose the call' }) callId: string;

  @Trimmed() @IsString({ message: 'Enter the name of who got in touch' }) @MaxLength(200, { message: 'Use 200 characters or fewer' })
  forWhom: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(254, { message: 'Use 254 characters or fewer' })
  contact?: string;

  @IsIn(contactWays, { message: 'Choose how they got in touch' })
  channel: ContactWay;

  @IsRealDay({ message: 'Enter a real date for when they got in touch' }) day: string;
  @ClockTime() @IsClockTime({ message: 'Enter a time, like 3pm or 15:00' }) time: string;
}

/** A code for more time, with or without its hyphen. */
export class MoreTimeDto {
  @ApiProperty({ example: '7K3Q-XWRD', maxLength: 20 })
  @Trimmed() @IsString({ message: 'Enter the code' }) @MaxLength(20, { message: 'Enter the code, like 7K3Q-XWRD' })
  code: string;
}
