import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import type { RateUnit } from '../shared/money.js';
import { ClockTime, Digits, IsClockTime, IsRealDay, IsRowId, Lines, OneOrMany, PoundsToPence, Trimmed } from '../platform/web/form.js';
import { withoutInterpreters, type WithoutInterpreters } from './checklist.rules.js';
import { criterionKinds, type CriterionKind } from './criterion.rules.js';
import { questionKinds, type QuestionKind } from './question.rules.js';

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

const chooses = ({ kind }: QuestionDto) => kind === 'one' || kind === 'many';

export class QuestionDto {
  @IsRowId() id: string;

  @Trimmed() @IsString({ message: 'Enter the question' }) @MaxLength(300, { message: 'The question must have 300 characters or fewer' })
  text: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(600, { message: 'The help text must have 600 characters or fewer' })
  help?: string;

  @IsIn(questionKinds, { message: 'Choose what kind of answer you ask for' })
  kind: QuestionKind;

  @ValidateIf((dto: QuestionDto) => dto.kind === 'long_text')
  @Digits() @IsInt({ message: 'Enter the most words an answer may have' }) @Min(10, { message: 'Allow 10 words or more' }) @Max(2000, { message: 'Allow 2000 words or fewer' })
  wordLimit?: number;

  @ValidateIf(chooses)
  @Lines() @IsArray({ message: 'Enter the choices, one on each line' }) @ArrayMinSize(2, { message: 'Enter at least two choices' })
  @ArrayMaxSize(20, { message: 'Enter 20 choices or fewer' }) @ArrayUnique({ message: 'Each choice must be there once' })
  @MaxLength(100, { each: true, message: 'Each choice must have 100 characters or fewer' })
  options?: string[];

  @IsIn(['yes', 'no'], { message: 'Say whether everybody must answer it' })
  required: 'yes' | 'no';

  @IsOptional() @IsRealDay({ message: 'Enter a real date, or leave it empty' })
  freezeAfter?: string;

  @IsOptional() @IsIn(['yes', 'no'], { message: 'Say whether people who score see the answers' })
  visibleToReviewers?: 'yes' | 'no';

  @IsOptional() @IsIn(['yes', 'no'], { message: 'Say whether it counts for the group as a whole' })
  forComposition?: 'yes' | 'no';
}

/** Mending the words of a question that people read already: `id` is the new version's. */
export class QuestionWordsDto {
  @IsRowId() id: string;

  @Trimmed() @IsString({ message: 'Enter the question' }) @MaxLength(300, { message: 'The question must have 300 characters or fewer' })
  text: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(600, { message: 'The help text must have 600 characters or fewer' })
  help?: string;
}

export class MoveDto {
  @IsIn(['up', 'down']) to: 'up' | 'down';
}

export class CriterionDto {
  @IsRowId() id: string;

  @IsIn(criterionKinds, { message: 'Choose essential or desirable' })
  kind: CriterionKind;

  @Trimmed() @IsString({ message: 'Enter what you look for' }) @MaxLength(200, { message: 'Use 200 characters or fewer' })
  label: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  description?: string;

  @Digits() @IsInt({ message: 'Enter how much it counts, from 1 to 5' }) @Min(1, { message: 'Enter a number from 1 to 5' }) @Max(5, { message: 'Enter a number from 1 to 5' })
  weight: number;

  @IsOptional() @Lines() @IsArray({ message: 'Enter five lines' }) @ArrayMinSize(5, { message: 'Enter five lines, for the scores 0 to 4' })
  @ArrayMaxSize(5, { message: 'Enter five lines, for the scores 0 to 4' }) @MaxLength(60, { each: true, message: 'Each line must have 60 characters or fewer' })
  scoreLabels?: string[];
}

export class TargetDto {
  @IsRowId() id: string;

  /** `first_time`, or `barrier:` and the words of a choice. */
  @IsString({ message: 'Choose one of the options' }) @Matches(/^(first_time|barrier:.{1,100})$/, { message: 'Choose one of the options' })
  what: string;

  @Digits() @IsInt({ message: 'Enter a number of people' }) @Min(1, { message: 'Enter 1 or more' }) @Max(99, { message: 'Enter a number up to 99' })
  atLeast: number;
}

/** A question of the checklist, answered. Some ask for more than a reason. */
export class GateDto {
  @Trimmed() @IsString({ message: 'Say how you know' }) @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  reason: string;

  @IsOptional() @IsRealDay({ message: 'Enter a real date for the Easy Read version' }) easyReadOn?: string;
  @IsOptional() @IsRealDay({ message: 'Enter a real date for the BSL version' }) bslOn?: string;

  @OneOrMany() @IsOptional() @IsRowId({ each: true, message: 'Choose one of the options' }) coDeciders?: string[];

  @IsOptional() @Trimmed() @IsString() @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  noCoDeciderReason?: string;

  /** Why no interpreter is reserved. */
  @IsOptional() @Trimmed() @IsIn(withoutInterpreters, { message: 'Choose from the list' })
  withoutInterpreters?: WithoutInterpreters;
}

export class HoldDto {
  @IsRowId({ message: 'Choose an interpreter' }) resourceId: string;

  @OneOrMany() @ArrayMinSize(1, { message: 'Choose at least one half-day' }) @ArrayMaxSize(120) @Matches(/^\d{4}-\d{2}-\d{2}\/\d$/, { each: true, message: 'Choose from the list' })
  times: string[];
}

export class ReturnDto {
  @Trimmed() @IsString({ message: 'Say what should change' }) @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  reason: string;
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
  @ApiProperty({ enum: questionKinds, description: 'How it is answered. Answers are texts: yes or no, choices one to a line, a date as YYYY-MM-DD' }) kind: string;
  @ApiProperty({ type: [String], description: 'The choices, where there are any' }) options: string[];
  @ApiProperty({ nullable: true, type: Number, description: 'Of a longer text' }) wordLimit: number | null;
  @ApiProperty() required: boolean;
  @ApiProperty({ nullable: true, type: String, format: 'date', description: 'After this day an answer that was given stays as it is' }) freezeAfter: string | null;
}

export class CriterionAnswer {
  @ApiProperty({ enum: criterionKinds }) kind: string;
  @ApiProperty() label: string;
  @ApiProperty({ nullable: true, type: String }) description: string | null;
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
  @ApiProperty({ type: [CriterionAnswer], description: 'What we look for' }) criteria: CriterionAnswer[];
}

export class CallsAnswer {
  @ApiProperty({ type: [CallAnswer] }) calls: CallAnswer[];
}
