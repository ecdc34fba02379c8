import type { EntityManager } from 'typeorm';
import { adjustments } from './adjustments.js';
import { bankHolidays } from './bank-holidays.js';
import { callGates } from './call-gates.js';
import { equalityQuestions, PREFER_NOT } from './equality.js';
import { settings } from './settings.js';

/** What every council needs on the first day. Running it again adds what is new and changes nothing the council changed. */
export async function loadReference(tx: EntityManager): Promise<void> {
  for (const [key, value] of Object.entries(settings)) {
    await tx.query(
      `insert into setting (key, effective_from, value) values ($1, '2000-01-01', $2) on conflict do nothing`,
      [key, JSON.stringify(value)],
    );
  }
  for (const [day, name] of bankHolidays) {
    await tx.query(`insert into bank_holiday (on_date, name) values ($1, $2) on conflict do nothing`, [day, name]);
  }
  for (const [index, kind] of adjustments.entries()) {
    await tx.query(
      `insert into adjustment_kind (code, name, category, lead_days, standing, common, position, essential, extra_minutes, room_feature, format, skill, on_the_day)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
      [kind.code, kind.name, kind.category, kind.lead, kind.standing ?? false, kind.common ?? false, index,
        kind.essential ?? false, kind.minutes ?? 0, kind.feature ?? null, kind.format ?? null, kind.comes ? kind.code : null, kind.onTheDay ?? null],
    );
  }
  for (const [index, { code, question, help }] of callGates.entries()) {
    await tx.query(`insert into call_gate (code, question, help, position) values ($1, $2, $3, $4) on conflict do nothing`, [code, question, help, index]);
  }
  for (const [index, { code, text, help, options }] of equalityQuestions.entries()) {
    await tx.query(`insert into equality_question (code, text, help, position) values ($1, $2, $3, $4) on conflict do nothing`, [code, text, help ?? null, index]);
    for (const [position, [option, words]] of [...Object.entries(options), [PREFER_NOT.code, PREFER_NOT.text] as const].entries()) {
      await tx.query(
        `insert into equality_option (question_code, code, text, position) values ($1, $2, $3, $4) on conflict do nothing`,
        [code, option, words, position],
      );
    }
  }
}
