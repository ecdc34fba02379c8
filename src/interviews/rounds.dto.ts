import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { Digits, IsRealDay, IsRowId, OneOrMany, Trimmed } from '../platform/web/form.js';
import type { OccasionFormat } from '../diary/diary.rules.js';

export const ROUND_FORMATS: readonly OccasionFormat[] = ['in_person', 'video', 'phone', 'home_visit'];

/** Minutes, and people on a panel. */
export class RoundDto {
  /** The new row's; without one, the round in the address changes. */
  @IsOptional() @IsRowId()
  id?: string;

  @IsOptional() @Digits() @IsInt()
  version?: number;

  @Trimmed() @IsString({ message: 'Enter a name' }) @Length(1, 60, { message: 'Enter a name of 60 characters or fewer' })
  name: string;

  @IsRealDay({ message: 'Enter the first day' })
  fromOn: string;

  @IsRealDay({ message: 'Enter the last day' })
  toOn: string;

  @OneOrMany() @IsArray() @ArrayNotEmpty({ message: 'Choose how you can meet' }) @IsIn(ROUND_FORMATS, { each: true, message: 'Choose from the list' })
  formats: OccasionFormat[] = [];

  @OneOrMany() @IsArray() @ArrayMaxSize(100) @IsRowId({ each: true, message: 'Choose rooms from the list' })
  rooms: string[] = [];

  @Digits() @IsInt({ message: 'Enter how many minutes an interview takes' })
  @Min(10, { message: 'An interview takes 10 minutes or more' }) @Max(240, { message: 'An interview takes 240 minutes or less' })
  baseMinutes: number;

  @Digits() @IsInt({ message: 'Enter how many minutes lie between two, or 0' })
  @Min(0) @Max(120, { message: 'Use a break of 120 minutes or less' })
  breakMinutes: number;

  @Digits() @IsInt({ message: 'Enter the fewest people' })
  @Min(2, { message: 'A panel has a lead and a resident at least: 2 people' }) @Max(4, { message: 'Four people are the most' })
  panelLeast: number;

  @Digits() @IsInt({ message: 'Enter the most people' })
  @Min(2, { message: 'A panel has a lead and a resident at least: 2 people' }) @Max(4, { message: 'More than four people are too many to face' })
  panelMost: number;
}

export class RoundApplicantsDto {
  @OneOrMany() @IsArray() @ArrayNotEmpty({ message: 'Choose who you meet again' }) @ArrayMaxSize(500)
  @IsRowId({ each: true, message: 'Choose people from the list' })
  applications: string[] = [];
}
