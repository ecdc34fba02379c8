import { IntersectionType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { seatKinds, type SeatKind } from '../shared/seats.js';
import { Digits, IsRowId, OneOrMany, Trimmed } from '../platform/web/form.js';
import { contactChannels, outcomes, type ContactChannel, type DecisionOutcome } from './decision.rules.js';

export class OfferAnswerDto {
  @IsIn(['accept', 'decline'], { message: 'Choose whether you take the place' })
  answer: 'accept' | 'decline';
}

/** What a panel decided. */
export class PanelDecisionDto {
  @IsIn(outcomes, { message: 'Choose what you decided' })
  outcome: DecisionOutcome;

  @IsOptional() @Trimmed() @IsIn(seatKinds, { message: 'Choose the kind of seat' })
  seatKind?: SeatKind;

  @Trimmed() @IsString({ message: 'Write the reason' }) @MaxLength(2000, { message: 'Use 2000 characters or fewer' })
  reason: string;

  @Trimmed() @IsOptional() @IsRowId({ message: 'Choose one of the calls' })
  nextCallId?: string;

  @Trimmed() @IsOptional() @IsString() @MaxLength(600, { message: 'Use 600 characters or fewer' })
  nextWords?: string;
}

/** Who decided it together, and how long it took them. */
export class TogetherDto {
  @IsOptional() @IsRowId()
  sittingId?: string;

  @IsOptional() @OneOrMany() @IsArray() @ArrayMaxSize(20) @IsRowId({ each: true, message: 'Choose the Disabled residents who decided this with you' })
  coDecidedBy?: string | string[];

  @Trimmed() @IsOptional() @IsString() @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  noCoDeciderReason?: string;

  @Digits() @IsOptional() @IsInt({ message: 'Enter whole minutes, like 45' }) @Min(1, { message: 'Enter 1 minute or more' }) @Max(1440, { message: 'Enter fewer minutes' })
  minutes?: number;
}

/** One application's form: decided now, or kept as pending for later. */
export class DecisionDto extends IntersectionType(PanelDecisionDto, TogetherDto) {
  /** Of the pending decision this form shows; none where there was none. */
  @Digits() @IsOptional() @IsInt()
  version?: number;
}

/** An application with the version of what was decided about it, as its list showed them: "id.version". */
const TICKED = /^[0-9a-f-]{36}\.\d{1,9}$/;
const tickOne = { message: 'Tick at least one person' };
const MOST = 1000;

export class BulkPendingDto extends PanelDecisionDto {
  @OneOrMany() @IsArray(tickOne) @ArrayMinSize(1, tickOne) @ArrayMaxSize(MOST) @Matches(TICKED, { each: true, message: 'Tick people from the list' })
  ticked: string[];
}

export class BulkApplyDto extends TogetherDto {
  @OneOrMany() @IsArray(tickOne) @ArrayMinSize(1, tickOne) @ArrayMaxSize(MOST) @Matches(TICKED, { each: true, message: 'Tick people from the list' })
  ticked: string[];
}

export class BulkTellDto {
  @OneOrMany() @IsArray(tickOne) @ArrayMinSize(1, tickOne) @ArrayMaxSize(MOST) @IsRowId({ each: true, message: 'Tick people from the list' })
  ticked: string[];
}

export class MessageDraftDto {
  @Trimmed() @IsString({ message: 'Write the subject' }) @MaxLength(150, { message: 'Use 150 characters or fewer' })
  subject: string;

  @Trimmed() @IsString({ message: 'Write what the email says' }) @MaxLength(6000, { message: 'Use 6000 characters or fewer' })
  body: string;

  @Trimmed() @IsString({ message: 'Write the text message' }) @MaxLength(600, { message: 'Use 600 characters or fewer' })
  text: string;

  /** Of the message this form shows: 0 while nobody has changed it. */
  @Digits() @IsInt() version: number;
}

export class ContactTriedDto {
  @IsRowId() id: string;

  @IsIn(contactChannels, { message: 'Choose how you tried to reach them' })
  channel: ContactChannel;

  @IsIn(['yes', 'no'], { message: 'Say whether you spoke with them' })
  spoke: 'yes' | 'no';

  @Trimmed() @IsString({ message: 'Write what happened' }) @MaxLength(2000, { message: 'Use 2000 characters or fewer' })
  whatHappened: string;
}

export class TalentPoolDto {
  @IsRowId() id: string;

  @Trimmed() @IsOptional() @IsString() @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  interests?: string;
}

export class TalentInvitationDto {
  @IsRowId() id: string;

  @IsRowId({ message: 'Choose the call' })
  callId: string;
}
