import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { ClockTime, IsClockTime, IsRowId, OneOrMany, Trimmed } from '../platform/web/form.js';

export class ProposeDto {
  @IsRowId()
  id: string;

  @OneOrMany() @IsArray() @ArrayNotEmpty({ message: 'Choose who can be on the panel' }) @ArrayMaxSize(60)
  @IsRowId({ each: true, message: 'Choose people from the list' })
  members: string[] = [];
}

export class PlaceDto {
  @IsRowId({ message: 'Choose a half-day and a place' })
  sittingId: string;

  @ClockTime() @IsClockTime({ message: 'Enter when it starts, like 10:30am or 14:00' })
  startTime: string;
}

export class ReleaseDto {
  @IsOptional() @Trimmed() @IsString() @MaxLength(500, { message: 'Use 500 characters or fewer' })
  joiningDetails?: string;
}
