import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { seatKinds, type SeatKind } from '../shared/seats.js';
import { IsRowId, Trimmed } from '../platform/web/form.js';
import { outcomes, type DecisionOutcome } from './decision.rules.js';

export class OfferAnswerDto {
  @IsIn(['accept', 'decline'], { message: 'Choose whether you take the place' })
  answer: 'accept' | 'decline';
}

export class DecisionDto {
  @IsIn(outcomes, { message: 'Choose what you decided' })
  outcome: DecisionOutcome;

  @IsOptional() @Trimmed() @IsIn(seatKinds, { message: 'Choose the kind of seat' })
  seatKind?: SeatKind;

  @Trimmed() @IsString({ message: 'Write the reason' }) @MaxLength(2000, { message: 'Use 2000 characters or fewer' })
  reason: string;

  @IsRowId({ message: 'Choose the Disabled resident who decided this with you' })
  coDecidedBy: string;
}
