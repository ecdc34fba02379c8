import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsRowId, Trimmed } from '../platform/web/form.js';

export class RecordingDto {
  @IsRowId() id: string;
  /** Without one it answers all questions. */
  @Trimmed() @IsOptional() @IsRowId() questionId?: string;
  /** Of a file that was uploaded before, piece by piece. */
  @Trimmed() @IsOptional() @IsRowId({ message: 'Choose a file' }) fileId?: string;
}

export class ScanDto {
  @IsRowId() id: string;
  @Trimmed() @IsOptional() @IsRowId({ message: 'Choose a file' }) fileId?: string;
}

export class TranscriptDto {
  @Trimmed() @IsString({ message: 'Write down what is said or signed' }) @MaxLength(20_000, { message: 'Use 20,000 characters or fewer' })
  transcript: string;
}

export class TranscriptCheckDto {
  @IsIn(['right', 'change'], { message: 'Say whether it is right' }) verdict: 'right' | 'change';

  @Trimmed() @IsOptional() @IsString() @MaxLength(2000, { message: 'Use 2,000 characters or fewer' })
  wish?: string;
}
