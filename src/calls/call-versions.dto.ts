import { IsIn, IsOptional, IsString, IsUrl, MaxLength } from 'class-validator';
import { IsRowId, Trimmed } from '../platform/web/form.js';
import { versionKinds, type VersionKind } from './call-version.rules.js';

export class CallVersionDto {
  @IsRowId() id: string;

  @IsIn(versionKinds, { message: 'Choose what it is' }) kind: VersionKind;

  @Trimmed() @IsOptional() @IsString() @MaxLength(60, { message: 'Use 60 characters or fewer' })
  language?: string;

  @Trimmed() @IsOptional() @IsUrl({ protocols: ['https'], require_protocol: true }, { message: 'Enter a link that begins with https://' }) @MaxLength(2000)
  url?: string;

  /** Of a file that was uploaded before, piece by piece. */
  @Trimmed() @IsOptional() @IsRowId({ message: 'Choose a file' }) fileId?: string;
}
