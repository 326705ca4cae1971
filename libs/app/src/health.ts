import { isMigrated, type Database, type MigrationClass } from '@mediamesh/postgres';
import type { Metrics } from '@mediamesh/observability';
import type { FastifyInstance } from 'fastify';

export interface HealthOptions {
  readonly app: string;
  readonly metrics: Metrics;
  readonly database?: Database;
  readonly migrations?: readonly MigrationClass[];
}

export interface Health {
  started(): void;
  stopping(): void;
}

/** A probe asked often must not ask the database as often, in milliseconds. */
const remembered = 1_000;

/** `/health/live`, `/health/ready` and `/metrics`: about the process, whether it can do its work, and its figures. */
export function mountHealth(fastify: FastifyInstance, { app, metrics, database, migrations = [] }: HealthOptions): Health {
  let state: 'starting' | 'started' | 'stopping' = 'starting';
  let checked = { at: Number.NEGATIVE_INFINITY, failing: Promise.resolve<string[]>([]) };
  const failing = (): Promise<string[]> => {
    if (performance.now() - checked.at > remembered) checked = { at: performance.now(), failing: database ? checkDatabase(database, migrations) : Promise.resolve([]) };
    return checked.failing;
  };

  fastify.get('/health/live', () => ({ app, status: 'live' }));
  fastify.get('/health/ready', async (_request, reply) => {
    const missing = state === 'started' ? await failing() : [state];
    return reply.status(missing.length === 0 ? 200 : 503).send({ app, status: missing.length === 0 ? 'ready' : 'not ready', missing });
  });
  fastify.get('/metrics', async (_request, reply) => reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(await metrics.render()));
  return {
    started: () => void (state = 'started'),
    stopping: () => void (state = 'stopping'),
  };
}

/** What is missing: `database` when it does not answer, `migrations` when it is behind. */
async function checkDatabase(database: Database, migrations: readonly MigrationClass[]): Promise<string[]> {
  return isMigrated(database, migrations).then(
    (migrated) => (migrated ? [] : ['migrations']),
    () => ['database'],
  );
}
