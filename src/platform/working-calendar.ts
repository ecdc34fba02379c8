import { Injectable } from '@nestjs/common';
import { addWorkingDays, isWorkingDay, type BankHolidays } from '../shared/working-days.js';
import { Database } from './database.js';

const ALL = { name: 'bank-holidays', text: `select on_date::text as day from bank_holiday` };

/** Working days by England's bank holidays, read once. */
@Injectable()
export class WorkingCalendar {
  private holidays: Promise<BankHolidays> | null = null;

  constructor(private readonly database: Database) {}

  async addWorkingDays(day: string, count: number): Promise<string> {
    return addWorkingDays(day, count, await this.bankHolidays());
  }

  async isWorkingDay(day: string): Promise<boolean> {
    return isWorkingDay(day, await this.bankHolidays());
  }

  /** For rules that count for themselves. */
  async days(): Promise<BankHolidays> {
    return this.bankHolidays();
  }

  private bankHolidays(): Promise<BankHolidays> {
    this.holidays ??= this.database.rows<{ day: string }>(ALL)
      .then((rows) => new Set(rows.map((row) => row.day)))
      .catch((error: unknown) => {
        this.holidays = null;
        throw error;
      });
    return this.holidays;
  }
}
