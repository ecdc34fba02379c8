import { IsIn, IsString } from 'class-validator';
import { ClockTime, IsClockTime, IsRealDay, Trimmed } from '../platform/web/form.js';

export const clockSteps = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;

export class ClockStepDto {
  @IsIn(Object.keys(clockSteps), { message: 'Choose an hour, a day or a week' })
  by: keyof typeof clockSteps;
}

export class ClockTimeDto {
  @IsRealDay({ message: 'Enter a day that is in the calendar, like 27 3 2027' })
  day: string;

  @Trimmed() @IsString({ message: 'Enter a time, like 2:30pm or midday' })
  @ClockTime() @IsClockTime({ message: 'Enter a time, like 2:30pm or midday' })
  time: string;
}
