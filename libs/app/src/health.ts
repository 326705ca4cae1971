import { isMigrated, type Database, type MigrationClass } from '@mediamesh/postgres';
import type { Metrics } from '@mediamesh/observability';
import type { Resource } from '@mediamesh/resilience';
import type { FastifyInstance } from 'fastify';

export interface HealthOptions {
  readonly app: string;
  readonly metrics: Metrics;
  readonly database?: Database;
  readonly migrations?: readonly MigrationClass[];
  readonly resources?: readonly Pick<Resource, 'check'>[];
}

export interface Health {
  started(): void;
  stopping(): void;
}

/** `missing` blocks the app, `degraded` does not. */
interface HealthReport {
  readonly missing: readonly string[];
  readonly degraded: readonly string[];
}

/** Cache time in milliseconds. Frequent probes share one check of the database. */
const remembered = 1_000;

export function mountHealth(
  fastify: FastifyInstance,
  { app, metrics, database, migrations = [], resources = [] }: HealthOptions,
): Health {
  let state: 'starting' | 'started' | 'stopping' = 'starting';
  let found: Promise<HealthReport> | undefined;
  const forget = (): void => {
    found = undefined;
  };
  const look = (): Promise<HealthReport> =>
    (found ??= findProblems().finally(() => setTimeout(forget, remembered).unref()));
  const findProblems = async (): Promise<HealthReport> => {
    const [ofDatabase, ...ofResources] = await Promise.all([
      database ? checkDatabase(database, migrations) : [],
      ...resources.map((resource) => resource.check()),
    ]);
    const problems = ofResources.flat();
    const lines = (blocks: boolean): string[] =>
      problems.filter((one) => one.blocks === blocks).map(({ problem }) => problem);
    return { missing: [...ofDatabase, ...lines(true)], degraded: lines(false) };
  };

  fastify.get('/health/live', () => ({ app, status: 'live' }));
  fastify.get('/health/ready', async (_request, reply) => {
    const { missing, degraded } = state === 'started' ? await look() : { missing: [state], degraded: [] };
    return reply
      .status(missing.length === 0 ? 200 : 503)
      .send({ app, status: missing.length === 0 ? 'ready' : 'not ready', missing, degraded });
  });
  fastify.get('/metrics', async (_request, reply) =>
    reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(await metrics.render()),
  );
  return {
    started: () => void (state = 'started'),
    stopping: () => void (state = 'stopping'),
  };
}

/** `database` when it does not answer, `migrations` when it is behind. */
async function checkDatabase(database: Database, migrations: readonly MigrationClass[]): Promise<string[]> {
  return isMigrated(database, migrations).then(
    (migrated) => (migrated ? [] : ['migrations']),
    () => ['database'],
  );
}
