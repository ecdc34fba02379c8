import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Digits, IsRealDay, IsRowId, PoundsToPence, Trimmed } from '../platform/web/form.js';

const MOST_PENCE = 10_000_000;

/** Whose it is, and until when. */
export class ItemDto {
  @IsRowId({ message: 'Choose who looks after it' }) ownerId: string;

  @IsOptional() @Trimmed() @IsRowId({ message: 'Choose from the list' }) deputyId?: string;

  @IsRealDay({ message: 'Enter a real date, like 14 3 2027' }) dueOn: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(2000, { message: 'Use 2000 characters or fewer' }) supplierNotes?: string;

  @Digits() @IsInt() @Min(1) version: number;
}

export class BookSupplierDto {
  @IsRowId() id: string;

  @IsRowId({ message: 'Choose who comes' }) supplierId: string;

  @Trimmed() @PoundsToPence() @IsOptional() @IsInt({ message: 'Enter an amount in pounds, like 195 or 195.50' }) @Min(0) @Max(MOST_PENCE, { message: 'Enter an amount up to £100,000' })
  expected?: number;

  @IsOptional() @Trimmed() @IsRowId({ message: 'Choose from the list' }) budgetLineId?: string;
}

export class CostDto {
  @Trimmed() @PoundsToPence() @IsInt({ message: 'Enter an amount in pounds, like 195 or 195.50' }) @Min(0) @Max(MOST_PENCE, { message: 'Enter an amount up to £100,000' })
  actual: number;
}

export class ItemNoteDto {
  @IsRowId() id: string;

  @Trimmed() @IsString({ message: 'Write what they should know' }) @MaxLength(2000, { message: 'Use 2000 characters or fewer' }) text: string;
}
