import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import type { RateUnit } from '../shared/money.js';
import { ClockTime, Digits, IsClockTime, IsRealDay, IsRowId, PoundsToPence, Trimmed } from '../platform/web/form.js';

const LONG_TEXT = 5000;
const tooLong = { message: `Use ${LONG_TEXT} characters or fewer` };

export class CallDto {
  @IsRowId() id: string;

  @Trimmed() @IsString({ message: 'Enter a title' }) @MaxLength(120, { message: 'The title must have 120 characters or fewer' })
  title: string;

  @Trimmed() @IsString({ message: 'Enter a neutral short name' }) @MaxLength(18, { message: 'The short name must have 18 characters or fewer' })
  shortName: string;

  @Trimmed() @Matches(/^[A-Z]{2,6}$/, { message: 'Enter 2 to 6 capital letters, like PLAN' })
  referencePrefix: string;

  @IsRowId({ message: 'Choose the group' }) groupId: string;

  @Trimmed() @IsString({ message: 'Enter a summary' }) @MaxLength(600, { message: 'The summary must have 600 characters or fewer' })
  summary: string;

  @Trimmed() @IsString({ message: 'Say what people would do' }) @MaxLength(LONG_TEXT, tooLong)
  whatYouWouldDo: string;

  @Trimmed() @IsString({ message: 'Say who you are looking for' }) @MaxLength(LONG_TEXT, tooLong)
  whoWeAreLookingFor: string;

  @Trimmed() @IsString({ message: 'Say how much time it takes' }) @MaxLength(200, { message: 'Use 200 characters or fewer' })
  timeCommitment: string;

  @PoundsToPence() @IsInt({ message: 'Enter an amount in pounds, like 20 or 20.50' }) @Min(0) @Max(100_000, { message: 'Enter an amount below £1,000' })
  rate: number;

  @IsIn(['hour', 'session'], { message: 'Choose what the amount is for' })
  rateUnit: RateUnit;

  @IsOptional() @Trimmed() @IsString() @MaxLength(600, { message: 'Use 600 characters or fewer' })
  paymentNotes?: string;

  @Digits() @IsOptional() @IsInt({ message: 'Enter a whole number' }) @Min(0) @Max(99, { message: 'Enter a number up to 99' })
  disabledResidentPlaces?: number;

  @Digits() @IsOptional() @IsInt({ message: 'Enter a whole number' }) @Min(0) @Max(99, { message: 'Enter a number up to 99' })
  residentPlaces?: number;

  @Digits() @IsOptional() @IsInt({ message: 'Enter a whole number' }) @Min(0) @Max(99, { message: 'Enter a number up to 99' })
  councillorPlaces?: number;

  @Digits() @IsOptional() @IsInt({ message: 'Enter a whole number' }) @Min(0) @Max(99, { message: 'Enter a number up to 99' })
  officerPlaces?: number;

  @Digits() @IsOptional() @IsInt({ message: 'Enter a whole number' }) @Min(0) @Max(99, { message: 'Enter a number up to 99' })
  organisationPlaces?: number;

  @IsRealDay({ message: 'Enter a real date for when it opens' }) opensOn: string;
  @ClockTime() @IsClockTime({ message: 'Enter the time it opens, like 9am or midday' }) opensTime: string;
  @IsRealDay({ message: 'Enter a real date for when it closes' }) closesOn: string;
  @ClockTime() @IsClockTime({ message: 'Enter the time it closes, like midday or 5pm' }) closesTime: string;
  @IsRealDay({ message: 'Enter a real date for the first interviews' }) interviewsFrom: string;
  @IsRealDay({ message: 'Enter a real date for the last interviews' }) interviewsTo: string;
  @IsRealDay({ message: 'Enter a real date for the first meeting' }) firstMeetingOn: string;

  /** Of the call the form showed. */
  @Digits() @IsOptional() @IsInt() version?: number;
}

export class QuestionDto {
  @IsRowId() id: string;

  @Trimmed() @IsString({ message: 'Enter the question' }) @MaxLength(300, { message: 'The question must have 300 characters or fewer' })
  text: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(600, { message: 'The help text must have 600 characters or fewer' })
  help?: string;

  @Digits() @IsInt({ message: 'Enter the most words an answer may have' }) @Min(10, { message: 'Allow 10 words or more' }) @Max(2000, { message: 'Allow 2000 words or fewer' })
  wordLimit: number;

  @IsIn(['yes', 'no'], { message: 'Say whether everybody must answer it' })
  required: 'yes' | 'no';
}

export class PublicationDto {
  @IsRowId({ message: 'Choose the Disabled resident who decided this with you' })
  coDecidedBy: string;
}

export class CancellationDto {
  @Trimmed() @IsString({ message: 'Say why, in words that applicants can read' }) @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  reason: string;
}

export class SeatsAnswer {
  @ApiProperty() kind: string;
  @ApiProperty() places: number;
}

export class QuestionAnswer {
  @ApiProperty() id: string;
  @ApiProperty() text: string;
  @ApiProperty({ nullable: true, type: String }) help: string | null;
  @ApiProperty() wordLimit: number;
  @ApiProperty() required: boolean;
}

export class CallAnswer {
  @ApiProperty() slug: string;
  @ApiProperty() title: string;
  @ApiProperty() summary: string;
  @ApiProperty({ enum: ['coming', 'open', 'closed', 'cancelled'] }) stage: string;
  @ApiProperty() timeCommitment: string;
  @ApiProperty({ description: 'Pence for each unit' }) ratePence: number;
  @ApiProperty({ enum: ['hour', 'session'] }) rateUnit: string;
  @ApiProperty({ format: 'date-time' }) opensAt: string;
  @ApiProperty({ format: 'date-time' }) closesAt: string;
  @ApiProperty({ format: 'date' }) interviewsFrom: string;
  @ApiProperty({ format: 'date' }) interviewsTo: string;
  @ApiProperty({ format: 'date' }) firstMeetingOn: string;
  @ApiProperty({ type: [SeatsAnswer] }) seats: SeatsAnswer[];
}

export class CallDetailAnswer extends CallAnswer {
  @ApiProperty() whatYouWouldDo: string;
  @ApiProperty() whoWeAreLookingFor: string;
  @ApiProperty({ type: [QuestionAnswer] }) questions: QuestionAnswer[];
}

export class CallsAnswer {
  @ApiProperty({ type: [CallAnswer] }) calls: CallAnswer[];
}
