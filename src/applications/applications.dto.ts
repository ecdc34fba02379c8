import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { seatKinds, type SeatKind } from '../shared/seats.js';
import { IsRealDay, IsRowId, OneOrMany, Trimmed } from '../platform/web/form.js';
import { readPostcode } from '../people/people.rules.js';
import { eligibilities, type Eligibility } from './eligibility.rules.js';

const ANSWER_CHARACTERS = 20_000;

/** "w6 9jt" becomes "W6 9JT"; what can't be a postcode stays, to be refused. */
const Postcode = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? readPostcode(value) : value));

export class AboutDto {
  @ApiProperty({ maxLength: 200 })
  @Trimmed() @IsString({ message: 'Enter your name' }) @MaxLength(200, { message: 'Your name must have 200 characters or fewer' })
  name: string;

  @ApiProperty({ example: 'W6 9JT' })
  @Postcode() @IsString({ message: 'Enter a real postcode, like W6 9JT' })
  postcode: string;

  @ApiPropertyOptional({ format: 'date' })
  @IsOptional() @IsRealDay({ message: 'Enter a real date of birth, like 27 3 1980, or leave it empty' })
  birthDate?: string;

  @ApiPropertyOptional({ enum: seatKinds, isArray: true, description: 'The kinds of seat somebody applies for, where a call has several' })
  @IsOptional() @OneOrMany() @IsArray() @ArrayMaxSize(5) @IsIn(seatKinds, { each: true, message: 'Choose from the kinds of seat' })
  seatKinds?: SeatKind[];
  @ApiProperty({ enum: eligibilities, isArray: true, description: 'How they belong to the borough: one or more, or none alone' })
  @OneOrMany() @IsIn(eligibilities, { each: true, message: 'Tick at least one' })
  eligibility: Eligibility[];

  @ApiProperty({ enum: ['yes', 'no'], description: 'Whether they, or somebody close to them, have an interest' })
  @IsIn(['yes', 'no'], { message: 'Say yes or no. Both are fine' })
  interest: 'yes' | 'no';

  @ApiPropertyOptional({ maxLength: 2000 })
  @IsOptional() @Trimmed() @IsString() @MaxLength(2000, { message: 'Use 2000 characters or fewer' })
  interestWords?: string;
}

export class ContactDto {
  @ApiProperty({ format: 'uuid', description: 'One of your own contacts' })
  @IsRowId({ message: 'Choose how we should reach you' })
  contactId: string;
}

/** What staff say of how they entered it, by phone or face to face; and of a letter. */
export class ReadBackDto {
  @IsIn(['yes'], { message: 'Read it back to them first, and tick that they agree' })
  readBack: string;
}

export class LetterDto {
  @IsRealDay({ message: 'Enter a real date for when the letter came' })
  receivedOn: string;
}

export class AnswerDto {
  @ApiProperty({ format: 'uuid' }) @IsRowId({ message: 'questionId must be an id' })
  questionId: string;

  @ApiProperty({ maxLength: ANSWER_CHARACTERS })
  @IsString({ message: 'text must be a string' }) @MaxLength(ANSWER_CHARACTERS, { message: `text must have ${ANSWER_CHARACTERS} characters or fewer` })
  text: string;
}

export class AnswersDto {
  @ApiProperty({ type: [AnswerDto], maxItems: 50 })
  @IsArray({ message: 'answers must be a list' }) @ArrayMaxSize(50) @ValidateNested({ each: true }) @Type(() => AnswerDto)
  answers: AnswerDto[];
}

export class SubmissionDto {
  @ApiPropertyOptional({ type: [AnswerDto], maxItems: 50, description: 'Answers to save before sending, in the same step' })
  @IsOptional() @IsArray({ message: 'answers must be a list' }) @ArrayMaxSize(50) @ValidateNested({ each: true }) @Type(() => AnswerDto)
  answers?: AnswerDto[];
}

export class StartDto {
  @ApiProperty({ example: 'disability-forum-planning-group' })
  @IsString({ message: 'callSlug must be the slug of a call' }) @MaxLength(100)
  callSlug: string;

  @ApiPropertyOptional({ example: '7K3Q-XWRD', maxLength: 20, description: 'A code for more time, for a call that has closed' })
  @IsOptional() @Trimmed() @IsString({ message: 'moreTimeCode must be a string' }) @MaxLength(20)
  moreTimeCode?: string;
}

export class OwnContactAnswer {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: ['email', 'phone', 'call', 'post'] }) kind: string;
  @ApiProperty() value: string;
}

export class ApplicationAnswer {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ example: 'PLAN-7K3QX' }) reference: string;
  @ApiProperty() callSlug: string;
  @ApiProperty({ description: 'What the applicant sees: only what they have been told' }) status: string;
  @ApiProperty({ nullable: true, type: String, format: 'date-time' }) submittedAt: string | null;
  @ApiProperty({ description: 'Which parts are done', type: Object, example: { about: 'done', answers: 'todo', access: 'done', contact: 'done' } })
  tasks: Record<string, string>;

  @ApiProperty({ type: [OwnContactAnswer], description: 'Where you can be reached; the first is where messages go' })
  contacts: OwnContactAnswer[];
}
