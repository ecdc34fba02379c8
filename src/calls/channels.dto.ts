import { IsString, MaxLength } from 'class-validator';
import { IsRowId, Trimmed } from '../platform/web/form.js';

export class ChannelDto {
  @IsRowId() id: string;

  @Trimmed() @IsString({ message: 'Say where the link will stand' }) @MaxLength(60, { message: 'Use 60 characters or fewer' })
  name: string;
}

export class AlertDto {
  @Trimmed() @IsString({ message: 'Enter your email address or mobile number' })
  @MaxLength(254, { message: 'Enter an email address of 254 characters or fewer, or a mobile number' })
  contact: string;
}
