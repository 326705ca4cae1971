import type { EntityManager, QueryRunner } from 'typeorm';

/** The rows of any statement. TypeORM's own `query` returns an `update … returning` in another form. */
export async function query<Row>(tx: EntityManager, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  return withRunner(tx, async (runner) => (await runner.query(sql, [...parameters], true)).records as Row[]);
}

export async function execute(tx: EntityManager, sql: string, parameters: readonly unknown[] = []): Promise<number> {
  return withRunner(tx, async (runner) => (await runner.query(sql, [...parameters], true)).affected ?? 0);
}

async function withRunner<T>(tx: EntityManager, run: (runner: QueryRunner) => Promise<T>): Promise<T> {
  if (tx.queryRunner) return run(tx.queryRunner);
  const runner = tx.dataSource.createQueryRunner();
  try {
    return await run(runner);
  } finally {
    await runner.release();
  }
}
