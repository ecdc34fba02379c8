import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { postgresCode } from '../platform/database.js';
import { RuleViolation } from '../platform/errors.js';

/** A column that a merge changes, in rows that an undo must find as it left them. */
export interface Movable {
  table: string;
  column: string;
  /** What a row is called in a sentence: "an application". */
  what: string;
  /** The column that tells the rows of one person apart. */
  key?: string;
  type?: string;
  /** SQL of what must not have changed meanwhile. */
  state: string;
}

const TAKEN = new Set(['23505', '23P01']);

/** Moves rows from one person to another, and writes down what there was, so that all of it can be put back. */
@Injectable()
export class MergeMoves {
  /** Throws `RuleViolation` where the survivor has such a row already. */
  async move(tx: EntityManager, mergeId: string, movable: Movable, rowIds: readonly string[], before: string | null, after: string | null): Promise<void> {
    if (rowIds.length === 0) return;
    const { table, column, key = 'id', type = 'uuid', state, what } = movable;
    await tx.query(
      `insert into merge_move (merge_id, position, table_name, row_id, column_name, before, after, row_state)
       select $1, (select count(*) from merge_move m where m.merge_id = $1) + row_number() over (order by t.${key}), '${table}', t.${key}, '${column}',
         $3, $4, (${state})::text
       from (select * from ${table} where ${key} = any($2) and ${column} is not distinct from $3::${type} for update) t`,
      [mergeId, rowIds, before, after]);
    try {
      await tx.query(
        `update ${table} set ${column} = $3::${type} where ${key} = any($1) and ${column} is not distinct from $2::${type}`,
        [rowIds, before, after]);
    } catch (error) {
      if (TAKEN.has(postgresCode(error) ?? '')) throw new RuleViolation(`Both have ${what} that can’t stand beside the other’s. End or cancel one of them first.`);
      throw error;
    }
  }

  /** Puts all of it back, the last first. Throws `RuleViolation` with what has changed since. */
  async back(tx: EntityManager, mergeId: string, movables: readonly Movable[]): Promise<void> {
    const table = movables[0]!.table;
    const moves = await tx.query<{ rowId: string; columnName: string; before: string | null; after: string | null; rowState: string | null }[]>(
      `select row_id as "rowId", column_name as "columnName", before, after, row_state as "rowState"
       from merge_move where merge_id = $1 and table_name = $2 order by position desc`, [mergeId, table]);
    for (const { rowId, columnName, before, after, rowState } of moves) {
      const { key = 'id', type = 'uuid', state, what } = movables.find(({ column }) => column === columnName)!;
      const untouched = await tx.query<unknown[]>(
        `select 1 from ${table} where ${key} = $1 and ${columnName} is not distinct from $2::${type} and (${state})::text is not distinct from $3 for update`,
        [rowId, after, rowState]);
      if (untouched.length === 0) throw new RuleViolation(`This can’t be undone any more: ${what} has changed since they were merged.`);
      await tx.query(
        `update ${table} set ${columnName} = $3::${type} where ${key} = $1 and ${columnName} is not distinct from $2::${type}`, [rowId, after, before]);
    }
  }
}
