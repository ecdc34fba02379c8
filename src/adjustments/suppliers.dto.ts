import { ArrayMaxSize, ArrayMinSize, IsArray, IsEmail, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import { Digits, IsRealDay, IsRowId, OneOrMany, PoundsToPence, Trimmed } from '../platform/web/form.js';
import { supplierUnits, type SupplierKind, type SupplierUnit } from './supplier.rules.js';

const KINDS: readonly SupplierKind[] = ['agency', 'person'];
const days = { message: 'Enter a whole number of days, up to 365' };

export class SupplierDto {
  @IsRowId() id: string;

  @Trimmed() @IsString({ message: 'Enter a name' }) @MaxLength(200, { message: 'The name must have 200 characters or fewer' })
  name: string;

  @IsIn(KINDS, { message: 'Choose whether it is one person or an agency' })
  kind: SupplierKind;

  @OneOrMany() @IsArray() @ArrayMinSize(1, { message: 'Choose what they do' }) @ArrayMaxSize(60, { message: 'Choose from the list' })
  @IsString({ each: true, message: 'Choose from the list' }) @MaxLength(60, { each: true, message: 'Choose from the list' })
  skills: string[] = [];

  @IsOptional() @Trimmed() @IsString() @MaxLength(1000, { message: 'Use 1000 characters or fewer' })
  about?: string;

  @IsOptional() @Trimmed() @IsRowId({ message: 'Choose from the list' })
  agencyId?: string;

  @Trimmed() @ValidateIf((dto: SupplierDto) => dto.registrationNumber !== undefined || dto.registrationBody !== undefined)
  @IsString({ message: 'Enter who keeps the register' }) @MaxLength(200, { message: 'Use 200 characters or fewer' })
  registrationBody?: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(60, { message: 'Use 60 characters or fewer' })
  registrationNumber?: string;

  @IsOptional() @IsRealDay({ message: 'Enter a real date, like 14 3 2027' })
  registrationCheckedOn?: string;

  @IsOptional() @Trimmed() @IsEmail({}, { message: 'Enter an email address, like name@example.com' }) @MaxLength(254, { message: 'Use 254 characters or fewer' })
  email?: string;

  @IsOptional() @Trimmed() @IsString() @MaxLength(30, { message: 'Use 30 characters or fewer' })
  phone?: string;

  @Digits() @IsInt({ message: 'Enter a whole number from 0 to 100' }) @Min(0) @Max(100, { message: 'Enter a whole number from 0 to 100' })
  partPercent: number;

  @Digits() @IsInt(days) @Min(0) @Max(365, days)
  partDays: number;

  @Digits() @IsInt(days) @Min(0) @Max(365, days)
  fullDays: number;

  @Digits() @IsInt({ message: 'Enter a whole number of days, up to 60' }) @Min(0) @Max(60, { message: 'Enter a whole number of days, up to 60' })
  packDays: number;
}

export class ChangeSupplierDto extends SupplierDto {
  @Digits() @IsInt() @Min(1)
  version: number;
}

export class SupplierRateDto {
  @IsRowId() id: string;

  @PoundsToPence() @IsInt({ message: 'Enter an amount in pounds, like 45 or 45.50' }) @Min(1, { message: 'Enter more than nothing' })
  @Max(1_000_000, { message: 'Enter an amount up to £10,000' })
  rate: number;

  @IsIn(supplierUnits, { message: 'Choose what the amount is for' })
  unit: SupplierUnit;

  @IsRealDay({ message: 'Enter a real date, like 14 3 2027' })
  fromOn: string;
}
