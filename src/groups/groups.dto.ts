import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import type { DateOverride } from '../adjustments/safe-dates.rules.js';
import type { OccasionFormat } from '../diary/diary.rules.js';
import { ClockTime, Digits, IsClockTime, IsRealDay, IsRowId, OneOrMany, Trimmed } from '../platform/web/form.js';
import type { Presence } from './group.rules.js';

/** Of meetings. */
export const FORMATS: readonly OccasionFormat[] = ['in_person', 'phone', 'video'];
const PRESENCES: readonly Presence[] = ['whole', 'other', 'none'];

/** When, where and how; and who was asked, when it leaves little time. */
export class MeetingTimeDto {
  @IsRealDay({ message: 'Enter a real date, like 14 3 2027' })
  day: string;

  @Trimmed() @ClockTime() @IsClockTime({ message: 'Enter when it starts, like 2pm or 14:00' })
  starts: string;

  @Trimmed() @ClockTime() @IsClockTime({ message: 'Enter when it ends, like 4pm or 16:00' })
  ends: string;

  @IsIn(FORMATS, { message: 'Choose how you will meet' })
  format: OccasionFormat;

  @Trimmed() @ValidateIf((dto: MeetingTimeDto) => dto.format === 'in_person' || dto.roomId !== undefined)
  @IsRowId({ message: 'Choose a room, or meet by phone or video' })
  roomId?: string;

  @Trimmed() @IsOptional() @IsString()
  @MaxLength(500, { message: 'How to join must be 500 characters or fewer' })
  joiningDetails?: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  overrideReason?: string;

  @Trimmed() @ValidateIf((dto: MeetingTimeDto) => dto.overrideReason !== undefined)
  @IsRealDay({ message: 'Enter the day you spoke with them, like 14 3 2027' })
  spokeOn?: string;

  @OneOrMany() @IsOptional() @IsArray() @ArrayMaxSize(100) @IsRowId({ each: true, message: 'Choose from the list' })
  agreed?: string[];
}

export class PlanMeetingDto extends MeetingTimeDto {
  @IsRowId()
  id: string;

  @Trimmed() @IsString({ message: 'Enter what the meeting is about' })
  @MaxLength(500, { message: 'What it is about must be 500 characters or fewer' })
  about: string;
}

/** Null while nobody was asked. */
export function toOverride({ overrideReason, spokeOn, agreed = [] }: MeetingTimeDto): DateOverride | null {
  return overrideReason && spokeOn ? { reason: overrideReason, spokeOn, agreed } : null;
}

export class RecordAttendanceDto {
  @IsIn(PRESENCES, { message: 'Choose whether they came' })
  came: Presence;

  @Trimmed() @Digits() @IsOptional() @IsInt({ message: 'Enter minutes as a whole number, like 130' })
  @Min(1, { message: 'Enter 1 minute or more' }) @Max(1440, { message: 'Enter no more minutes than a day has' })
  minutes?: number;

  @Trimmed() @ClockTime() @IsOptional() @IsClockTime({ message: 'Enter a time, like 2pm or 14:00' })
  from?: string;

  @Trimmed() @ClockTime() @IsOptional() @IsClockTime({ message: 'Enter a time, like 4pm or 16:00' })
  to?: string;
}
