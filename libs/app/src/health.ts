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

/** What keeps the app from working, and what it goes on without. */
interface HealthReport {
  readonly missing: readonly string[];
  readonly degraded: readonly string[];
}

/** A probe asked often must not ask the database as often, and never while it is being asked; in milliseconds. */
const remembered = 1_000;

/** `/health/live`, `/health/ready` and `/metrics`: about the process, whether it can do its work, and its figures. */
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

/** What is missing: `database` when it does not answer, `migrations` when it is behind. */
async function checkDatabase(database: Database, migrations: readonly MigrationClass[]): Promise<string[]> {
  return isMigrated(database, migrations).then(
    (migrated) => (migrated ? [] : ['migrations']),
    () => ['database'],
  );
}
