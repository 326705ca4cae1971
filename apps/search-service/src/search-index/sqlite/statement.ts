import type { SQLInputValue, StatementSync } from 'node:sqlite';

/**
 * Runs a statement that answers nothing.
 *
 * Row numbers go to FTS5 as integers: a number is bound as a fraction, and then it ignores the condition on the row.
 * Not `run`, which reads the id last inserted: FTS5 leaves one of its own there that does not fit a number.
 */
export function execute(statement: StatementSync, ...values: SQLInputValue[]): void {
  statement.all(...values);
}
