import type { SQLInputValue, StatementSync } from 'node:sqlite';

/**
 * Row numbers must be `bigint`: a number is bound as REAL, and FTS5 then ignores the condition on the row. `run` is not
 * used: it reads the last insert id, and FTS5 leaves one that does not fit a number.
 */
export function execute(statement: StatementSync, ...values: SQLInputValue[]): void {
  statement.all(...values);
}
