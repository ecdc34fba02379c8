import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { ClockTime, IsClockTime, IsRowId, OneOrMany, Trimmed } from '../platform/web/form.js';
import { NOTE_CHARACTERS } from './release-note.rules.js';

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

export class NoteDto {
  @IsOptional() @Trimmed() @IsString() @MaxLength(NOTE_CHARACTERS, { message: `Use ${NOTE_CHARACTERS} characters or fewer` })
  note?: string;
}

export class WordsDto extends NoteDto {
  @IsOptional() @Trimmed() @IsString() @MaxLength(500, { message: 'Use 500 characters or fewer' })
  joiningDetails?: string;
}
