import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { Digits, OneOrMany, Trimmed } from '../platform/web/form.js';
import { arrangementStates, type ArrangementState, type Need } from './arrangement.rules.js';

export const OWN_WORDS_LENGTH = 2000;
const SOMETHING_ELSE = 'something-else';
const MOST_NEEDS = 100;

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
  return [...codes].map((code) => ({ code, ownWords: code === SOMETHING_ELSE ? dto.ownWords ?? null : null }));
}

/** The same, the other way: to fill in the form with what we know. */
export function toNeedsValues(needs: readonly Need[]): { needs: string[]; ownWords: string } {
  return {
    needs: needs.map(({ code }) => code),
    ownWords: needs.find(({ code }) => code === SOMETHING_ELSE)?.ownWords ?? '',
  };
}
