import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { Digits, IsRowId, Lines, OneOrMany, Trimmed } from '../platform/web/form.js';
import { arrangementStates, type ArrangementState, type Need } from './arrangement.rules.js';
import { LONGEST_NAME, MOST_NAMES } from './profile.rules.js';

export const OWN_WORDS_LENGTH = 2000;
const SOMETHING_ELSE = 'something-else';
const MOST_NEEDS = 100;
const MOST_MINUTES = 240;
const TOO_LONG = `Use ${OWN_WORDS_LENGTH} characters or fewer, or tell us the rest another way`;

/** The fields of adjustments/needs-fields. The service checks the codes. */
export class NeedsDto {
  @OneOrMany() @IsArray() @ArrayMaxSize(MOST_NEEDS)
  @IsString({ each: true, message: 'Choose from the list' }) @MaxLength(60, { each: true, message: 'Choose from the list' })
  needs: string[] = [];

  @IsOptional() @Trimmed() @IsString()
  @MaxLength(OWN_WORDS_LENGTH, { message: `Use ${OWN_WORDS_LENGTH} characters or fewer, or tell us the rest another way` })
  ownWords?: string;
}

/** The same, from somebody who helps: it only adds, or leaves it to a call. */
export class HelpersNeedsDto extends NeedsDto {
  @IsOptional() @IsIn(['yes'])
  callBack?: string;
}

export class StepDto {
  @IsIn(arrangementStates.states)
  to: ArrangementState;

  @Digits() @IsInt() @Min(1)
  version: number;

  /** Where to go on. */
  @IsOptional() @IsString() @MaxLength(500)
  next?: string;
}

/** Own words belong to "something else", ticked or not. */
export function toNeeds(dto: NeedsDto): Need[] {
  const codes = new Set(dto.ownWords ? [...dto.needs, SOMETHING_ELSE] : dto.needs);
  return [...codes].map((code) => code === SOMETHING_ELSE ? { code, ownWords: dto.ownWords ?? null } : { code });
}

/** The same, the other way: to fill in the form with what we know. */
export function toNeedsValues(needs: readonly Need[]): { needs: string[]; ownWords: string } {
  return {
    needs: needs.map(({ code }) => code),
    ownWords: needs.find(({ code }) => code === SOMETHING_ELSE)?.ownWords ?? '',
  };
}

export class PartDto {
  @IsOptional() @Trimmed() @IsString() @MaxLength(OWN_WORDS_LENGTH, { message: TOO_LONG })
  words?: string;

  @IsOptional() @IsIn(['yes'])
  onTheDay?: string;
}

export class NeedDetailsDto {
  @IsOptional() @Trimmed() @IsString() @MaxLength(OWN_WORDS_LENGTH, { message: TOO_LONG })
  ownWords?: string;

  @IsOptional() @IsIn(['yes', 'no'], { message: 'Choose one of the two' })
  essential?: string;

  @IsOptional() @Trimmed() @Digits() @IsInt({ message: 'Write the minutes as a number, such as 15' })
  @Min(0, { message: 'Write 0 or more minutes' }) @Max(MOST_MINUTES, { message: `Write at most ${MOST_MINUTES} minutes` })
  extraMinutes?: number;

  @IsOptional() @Lines() @IsArray() @ArrayMaxSize(MOST_NAMES, { message: `Write at most ${MOST_NAMES} names` })
  @MaxLength(LONGEST_NAME, { each: true, message: `Use ${LONGEST_NAME} characters or fewer for a name` })
  prefer?: string[];

  @IsOptional() @Lines() @IsArray() @ArrayMaxSize(MOST_NAMES, { message: `Write at most ${MOST_NAMES} names` })
  @MaxLength(LONGEST_NAME, { each: true, message: `Use ${LONGEST_NAME} characters or fewer for a name` })
  refuse?: string[];
}

export class CheckDto {
  @IsIn(['right', 'changed'])
  answer: 'right' | 'changed';
}

export class AlternativeAnswerDto {
  @IsIn(['yes', 'no'], { message: 'Say whether this is all right for you' })
  agreed: 'yes' | 'no';

  @IsOptional() @Trimmed() @IsString() @MaxLength(OWN_WORDS_LENGTH, { message: TOO_LONG })
  words?: string;
}

export class AppealDto {
  @IsOptional() @Trimmed() @IsString() @MaxLength(OWN_WORDS_LENGTH, { message: TOO_LONG })
  words?: string;
}

/** What a co-ordinator writes with a new row. */
export class WordsDto {
  @IsRowId()
  id: string;

  @Trimmed() @IsString({ message: 'Write it in a sentence or two' }) @MinLength(1, { message: 'Write it in a sentence or two' })
  @MaxLength(OWN_WORDS_LENGTH, { message: TOO_LONG })
  words: string;
}

export class ApologyDto {
  @Trimmed() @IsString({ message: 'Write what you said, and what you agreed' }) @MinLength(1, { message: 'Write what you said, and what you agreed' })
  @MaxLength(OWN_WORDS_LENGTH, { message: TOO_LONG })
  words: string;
}

export class RefusalDecisionDto {
  @IsIn(['yes', 'no'])
  agreed: 'yes' | 'no';
}
