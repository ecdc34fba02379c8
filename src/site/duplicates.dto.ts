import { IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsRowId, Trimmed } from '../platform/web/form.js';

export class MergeDto {
  @IsRowId()
  id: string;

  @IsRowId({ message: 'Choose which record stays' })
  survivorId: string;

  @Trimmed() @IsString({ message: 'Write how you know that they are one person' }) @MaxLength(2000, { message: 'Use 2000 characters or fewer' })
  reason: string;

  /** By the id of the call. */
  @IsOptional() @IsObject()
  keep?: Record<string, string>;
}
