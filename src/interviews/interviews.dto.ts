import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsInt, IsOptional, IsString, Length, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ClockTime, Digits, IsClockTime, IsRealDay, IsRowId, Lines, OneOrMany, Trimmed } from '../platform/web/form.js';
import type { InterviewOutcome } from './booking.rules.js';

const FORMATS = ['in_person', 'phone', 'video', 'home_visit'] as const;
export type InterviewFormat = (typeof FORMATS)[number];

export const NONE = 'none';

export class NewSlotsDto {
  @IsRowId()
  id: string;

  /** Without one, the call's last round. */
  @IsOptional() @IsRowId({ message: 'Choose a round from the list' })
  roundId?: string;

  @IsRealDay({ message: 'Enter the day of the interviews' })
  day: string;

  @ClockTime() @IsClockTime({ message: 'Enter when the first one starts, like 2pm or 14:00' })
  startTime: string;

  @Digits() @IsInt({ message: 'Enter how many minutes each one takes' })
  @Min(10, { message: 'An interview takes 10 minutes or more' }) @Max(240, { message: 'An interview takes 240 minutes or less' })
  length: number;

  @Digits() @IsInt({ message: 'Enter how many interviews to make' })
  @Min(1, { message: 'Make at least one' }) @Max(12, { message: 'Make at most 12 in one go' })
  count: number;

  @Digits() @IsInt({ message: 'Enter how many minutes lie between them, or 0' })
  @Min(0) @Max(120, { message: 'Use a gap of 120 minutes or less' })
  gap: number;

  @IsIn(FORMATS, { message: 'Choose how you meet' })
  format: InterviewFormat;

  @ValidateIf((dto: NewSlotsDto) => dto.format === 'in_person') @IsRowId({ message: 'Choose a room' })
  roomId?: string;

  @Trimmed() @ValidateIf((dto: NewSlotsDto) => dto.format !== 'in_person' || dto.joiningDetails !== undefined)
  @IsString({ message: 'Say how people join: the link, or who calls whom' })
  @MaxLength(500, { message: 'Use 500 characters or fewer' })
  joiningDetails?: string;

  @OneOrMany() @IsArray() @ArrayNotEmpty({ message: 'Choose who is on the panel' }) @ArrayMaxSize(20)
  @IsRowId({ each: true, message: 'Choose people from the list' })
  panel: string[] = [];
}

/** The fields of interviews/choose-slot. */
export class ChooseSlotDto {
  @ValidateIf((dto: ChooseSlotDto) => dto.slotId !== NONE) @IsRowId({ message: 'Choose a time, or say that none of them work' })
  slotId: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(2000, { message: 'Use 2000 characters or fewer, or call or text us' })
  note?: string;
}

/** Minutes. */
export class LatenessDto {
  @Digits() @IsInt({ message: 'Choose how many minutes' }) @Min(1) @Max(120)
  minutes: number;
}

/** A lead says why, in words that the resident reads. */
export class CancellationDto {
  @Trimmed() @IsString({ message: 'Say why, in words for them' }) @Length(1, 600, { message: 'Say why, in words for them. Use 600 characters or fewer' })
  reason: string;
}

export class OutcomeDto {
  @IsIn(['ready', 'another', 'not_held_ours', 'not_held_theirs'], { message: 'Choose what follows' })
  outcome: InterviewOutcome;
}

/** A time for somebody; and, where the day is too soon, who was asked about it. */
export class PlacementDto {
  @IsRowId({ message: 'Choose a time' })
  slotId: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  reason?: string;

  @IsOptional() @IsRealDay({ message: 'Enter the day you spoke with them' })
  spokeOn?: string;

  @OneOrMany() @IsArray() @ArrayMaxSize(20) @IsRowId({ each: true })
  agreed: string[] = [];
}

export class AttendanceDto {
  @IsIn(['yes', 'no'])
  came: 'yes' | 'no';
}

export class BookDto {
  @ApiProperty({ format: 'uuid', description: 'Your application' })
  @IsRowId({ message: 'applicationId must be an id' })
  applicationId: string;
}

export class MoveDto {
  @ApiProperty({ format: 'uuid', description: 'The time you choose instead' })
  @IsRowId({ message: 'slotId must be an id' })
  slotId: string;
}

export class SlotAnswer {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'date-time' }) startsAt: string;
  @ApiProperty({ format: 'date-time' }) endsAt: string;
  @ApiProperty({ enum: FORMATS }) format: InterviewFormat;
  @ApiPropertyOptional({ type: String, nullable: true }) room: string | null;
}

export class SlotsAnswer {
  @ApiProperty({ type: [SlotAnswer] }) slots: SlotAnswer[];
}

export class BookingAnswer {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) slotId: string;
  @ApiProperty({ format: 'uuid' }) applicationId: string;
  @ApiProperty({ enum: ['live', 'cancelled'] }) state: 'live' | 'cancelled';
  @ApiProperty({ format: 'date-time' }) startsAt: string;
  @ApiProperty({ format: 'date-time' }) endsAt: string;
  @ApiProperty({ enum: FORMATS }) format: InterviewFormat;
  @ApiPropertyOptional({ type: String, nullable: true }) room: string | null;
  @ApiPropertyOptional({ type: String, nullable: true }) joiningDetails: string | null;
  @ApiProperty({ type: [String], description: 'Names of the panel' }) panel: string[];
}

export class MakeFeedDto {
  @IsRowId() id: string;
}

export class ConflictDto {
  @IsOptional() @Trimmed() @IsString() @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  words?: string;
}

export class EarlyShowingDto {
  @Trimmed() @IsString({ message: 'Write why the scores are shown now' }) @MaxLength(2000, { message: 'Use 2000 characters or fewer' })
  closingReason: string;
}

export class RoundQuestionsDto {
  @IsRowId() id: string;

  @Digits() @IsInt({ message: 'version must be a whole number' }) @Min(0)
  version: number;

  @Lines() @IsArray({ message: 'Write at least one question' }) @ArrayMaxSize(20, { message: 'Write 20 questions at most' })
  @IsString({ each: true }) @MaxLength(500, { each: true, message: 'Each question must have 500 characters or fewer' })
  questions: string[];

  @IsOptional() @Trimmed() @IsString() @MaxLength(2000, { message: 'Use 2000 characters or fewer' })
  note?: string;

  @IsIn(['draft', 'ready'], { message: 'Choose whether they are ready' })
  as: 'draft' | 'ready';
}
