import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { Digits, IsRealDay, IsRowId, Trimmed } from '../platform/web/form.js';
import { reviewerKinds, seeOthers, type ReviewerKind, type SeeOthers } from './review.rules.js';
import { HIGHEST_SCORE } from './score.rules.js';

const NOTE = 2000;
const tooLong = { message: `Use ${NOTE} characters or fewer` };

export class PhaseDto {
  @IsRowId() id: string;

  @Trimmed() @IsString({ message: 'Enter a name, like “Reading”' }) @MaxLength(100, { message: 'The name must have 100 characters or fewer' })
  name: string;

  @IsRealDay({ message: 'Enter a real date for when it starts' }) startsOn: string;
  @IsRealDay({ message: 'Enter a real date for when it ends' }) endsOn: string;

  @IsIn(['yes', 'no'], { message: 'Choose whether names are hidden' }) blind: 'yes' | 'no';

  @IsIn(seeOthers, { message: 'Choose when reviewers see each other’s scores' }) seeOthers: SeeOthers;

  @Digits() @IsInt({ message: 'Enter how many reviews each application should have' })
  @Min(1, { message: 'Each application needs one review or more' }) @Max(20, { message: 'Enter 20 or fewer' })
  reviewsEach: number;
}

export class ReviewerDto {
  @IsRowId({ message: 'Choose a person' }) personId: string;
  @IsIn(reviewerKinds, { message: 'Choose who they are here' }) kind: ReviewerKind;
  @IsIn(['yes', 'no'], { message: 'Choose whether they decide too' }) decides: 'yes' | 'no';
}

export class DeclarationDto {
  @ApiProperty({ enum: ['none', 'conflict'], description: 'Whether you know this person, or gain anything' })
  @IsIn(['none', 'conflict'], { message: 'Choose whether you know this person, or gain anything' })
  answer: 'none' | 'conflict';

  @ApiPropertyOptional({ maxLength: 1000 })
  @IsOptional() @Trimmed() @IsString() @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  words?: string;
}

export class ScoreDto {
  @ApiProperty({ format: 'uuid' }) @IsRowId({ message: 'criterionId must be an id' }) criterionId: string;

  @ApiPropertyOptional({ minimum: 0, maximum: HIGHEST_SCORE, description: 'May be left out in a draft' })
  @IsOptional() @IsInt({ message: 'score must be a whole number' }) @Min(0) @Max(HIGHEST_SCORE, { message: `score must be ${HIGHEST_SCORE} or less` })
  score?: number;

  @ApiPropertyOptional({ maxLength: NOTE }) @IsOptional() @Trimmed() @IsString({ message: 'note must be a string' }) @MaxLength(NOTE, tooLong)
  note?: string;
}

/** What a reviewer sends: scores of the criteria, notes, and whether they are given or a draft. */
export class ReviewDto {
  @ApiProperty({ type: [ScoreDto], maxItems: 50 })
  @IsArray({ message: 'scores must be a list' }) @ArrayMaxSize(50) @ValidateNested({ each: true }) @Type(() => ScoreDto)
  scores: ScoreDto[];

  @ApiPropertyOptional({ maxLength: NOTE }) @IsOptional() @Trimmed() @IsString({ message: 'note must be a string' }) @MaxLength(NOTE, tooLong)
  note?: string;

  @ApiProperty({ description: 'True gives the scores; false keeps a draft' })
  @IsBoolean({ message: 'give must be true or false' })
  give: boolean;

  @ApiProperty({ description: 'The version you read; 0 when there was none', minimum: 0 })
  @IsInt({ message: 'version must be a whole number' }) @Min(0)
  version: number;
}

export class ModerationDto {
  @IsRowId() id: string;

  @Digits() @IsOptional() @IsInt({ message: 'Enter a whole number from 0 to 100, or leave it empty' }) @Min(0) @Max(100, { message: 'Enter 100 or less' })
  agreedPercent?: number;

  @Trimmed() @IsString({ message: 'Write what you agreed' }) @MaxLength(NOTE, tooLong) words: string;
  @Trimmed() @IsString({ message: 'Write why' }) @MaxLength(NOTE, tooLong) reason: string;
  @IsRowId({ message: 'Choose who agreed this with you' }) moderatedWith: string;
}

export class ReviewAnswer {
  @ApiProperty() question: string;
  @ApiProperty() text: string;
}

export class ReviewCriterion {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: ['essential', 'desirable'] }) kind: string;
  @ApiProperty() label: string;
  @ApiProperty({ nullable: true, type: String }) description: string | null;
  @ApiProperty() weight: number;
  @ApiProperty({ type: [String], description: 'What 0, 1, 2, 3 and 4 mean' }) scoreLabels: string[];
  @ApiProperty({ nullable: true, type: Number }) score: number | null;
  @ApiProperty({ nullable: true, type: String }) note: string | null;
}

/** Nothing here tells who somebody is, how they applied or when. */
export class ReviewApplicationAnswer {
  @ApiProperty({ format: 'uuid', description: 'Made at random for this review; only good for its addresses' }) key: string;
  @ApiProperty({ description: 'Made at random for this review' }) number: number;
  @ApiProperty({ description: 'Say first whether you know them: PUT declaration. Answers come after that.' }) declared: boolean;
  @ApiProperty({ type: [ReviewAnswer] }) answers: ReviewAnswer[];
  @ApiProperty({ type: [ReviewCriterion] }) criteria: ReviewCriterion[];
  @ApiProperty({ nullable: true, type: String }) note: string | null;
  @ApiProperty({ enum: ['none', 'draft', 'given'] }) state: string;
  @ApiProperty({ description: 'Send it back with your scores' }) version: number;
}

export class NextReviewAnswer {
  @ApiProperty({ nullable: true, type: ReviewApplicationAnswer, description: 'Null when there is nothing left for you' })
  next: ReviewApplicationAnswer | null;
}
