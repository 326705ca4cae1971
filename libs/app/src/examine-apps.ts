import { setTimeout as pause } from 'node:timers/promises';
import { listConsumers } from '@mediamesh/events';
import { migrationsOf } from '@mediamesh/migrations';
import { silentLogger } from '@mediamesh/observability';
import { type Database, isMigrated, openDatabase, serviceDatabaseUrl } from '@mediamesh/postgres';
import type { Resource } from '@mediamesh/resilience';
import { readConsumers } from './bus-views.js';
import { ConfigError, type Environment, type MeshConfig, readConfig } from './config.js';
import type { AnyApp } from './define-app.js';
import { createPlatform } from './platform.js';
import { resourcesOf } from './prepare-app.js';

/** The result of one check; all is well without a `problem`. Holds no secrets. */
export interface Finding {
  /** The app, or `mesh` for all. */
  readonly of: string;
  /** For people: `database mesh_cms on 127.0.0.1:5432`. */
  readonly subject: string;
  readonly problem?: string;
  readonly remedy?: string;
}

/** Milliseconds; a larger clock skew breaks tokens and leases. */
const longestSkew = 1_000;
/** Attempts, `lookAgain` milliseconds apart, because a new client may not be connected yet. */
const looks = 4;
const lookAgain = 400;
const migrate = 'Run npm run mesh -- migrate.';

/** Checks configuration, databases, brokers, stores and consumers without starting or changing anything. */
export async function examineApps(apps: readonly AnyApp[], environment: Environment): Promise<Finding[]> {
  let config: MeshConfig;
  try {
    config = readConfig(apps, environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map((problem) => ({
      of: 'mesh',
      subject: 'configuration',
      problem,
      remedy: remedyOf(problem),
    }));
  }
  await using opened = new AsyncDisposableStack();
  const platform = createPlatform(config, silentLogger, { onFatal: () => undefined });
  opened.defer(() => platform.bus.close());
  opened.defer(() => platform.close());
  const shared = platform.resources.map((resource) => ({ of: 'mesh', resource }));
  const own = apps.flatMap((app) =>
    resourcesOf(app, config, silentLogger).map((resource) => ({ of: app.name, resource })),
  );
  for (const { resource } of own) opened.defer(() => resource.close());
  const found = await Promise.all([
    ...apps.filter(({ database }) => database).map((app) => examineDatabase(app, config)),
    ...[...shared, ...own].map(({ of, resource }) => examineResource(of, resource)),
    examineConsumers(apps, environment),
  ]);
  return [{ of: 'mesh', subject: `configuration of ${apps.length} apps` }, ...found.flat()];
}

function remedyOf(mistake: string): string {
  if (/SECRET.*: is required$/.test(mistake)) return 'Set it, or start the mesh once: it makes its secrets.';
  if (/_DATABASE_URL: is required/.test(mistake))
    return 'Set POSTGRES_URL, or start a server (npm run servers -- start) or the mesh with its own (npm start).';
  return 'Correct the variable; docs/configuration.md describes each.';
}

async function examineDatabase(app: AnyApp, { apps, shared }: MeshConfig): Promise<Finding[]> {
  const service = app.database;
  if (!service) return [];
  const own = apps.get(app.name)?.databaseUrl;
  const url = own ?? serviceDatabaseUrl({ adminUrl: shared.POSTGRES_URL ?? '', service });
  const { host, pathname } = new URL(url);
  const about = { of: app.name, subject: `database ${pathname.slice(1)} on ${host}` };
  let database: Database;
  try {
    database = await openDatabase({
      name: service,
      url,
      poolSize: 2,
      logger: silentLogger,
      applicationName: 'mediamesh-doctor',
    });
  } catch (error) {
    const remedy = own
      ? `Start PostgreSQL, or correct ${service.toUpperCase()}_DATABASE_URL.`
      : 'Start PostgreSQL, or correct POSTGRES_URL; a server without the database gets it by npm run mesh -- migrate.';
    return [{ ...about, problem: `It cannot be reached: ${reasonOf(error)}`, remedy }];
  }
  try {
    const isCurrent = await isMigrated(database, migrationsOf(service));
    return [
      isCurrent ? about : { ...about, problem: 'Its tables are of an older version.', remedy: migrate },
      ...(await examineClock(database, about)),
    ];
  } catch (error) {
    return [
      { ...about, problem: `It does not answer: ${reasonOf(error)}`, remedy: 'Look into the log of PostgreSQL.' },
    ];
  } finally {
    await database.close();
  }
}

async function examineClock(database: Database, about: Pick<Finding, 'of' | 'subject'>): Promise<Finding[]> {
  const start = Date.now();
  const [row] = await database.query<{ now: number }>(
    'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
  );
  const end = Date.now();
  // The server read its clock between `start` and `end`.
  const now = row?.now ?? start;
  const skew = now < start ? start - now : now > end ? now - end : 0;
  if (skew <= longestSkew) return [];
  return [
    {
      ...about,
      problem: `Its clock is ${(skew / 1000).toFixed(1)} s away from the one of this machine.`,
      remedy: 'Set both clocks by the same time server (NTP).',
    },
  ];
}

async function examineResource(of: string, resource: Resource): Promise<Finding[]> {
  const about = { of, subject: resource.name };
  let problems = await resource.check();
  for (let look = 1; look < looks && problems.length > 0; look += 1) {
    await pause(lookAgain);
    problems = await resource.check();
  }
  return problems.length === 0 ? [about] : problems.map(({ problem, remedy }) => ({ ...about, problem, remedy }));
}

/** A group without members receives no events. The lag of the others is shown by the `consumers` command. */
async function examineConsumers(apps: readonly AnyApp[], environment: Environment): Promise<Finding[]> {
  try {
    const groups = await readConsumers(environment);
    if (!groups) return [{ of: 'mesh', subject: 'events, which travel within one process' }];
    return groupsOf(apps).map(({ app, group }) => {
      const view = groups.find((one) => one.group === group);
      const lag = view?.partitions.reduce((sum, partition) => sum + partition.lag, 0) ?? 0;
      const about = {
        of: app,
        subject: `consumers ${group}${view ? `, ${view.members.length} of them, ${lag} events behind` : ''}`,
      };
      return view && view.members.length > 0
        ? about
        : { ...about, problem: 'Nobody consumes.', remedy: `Start ${app}.` };
    });
  } catch (error) {
    return [
      {
        of: 'mesh',
        subject: 'consumers',
        problem: `The brokers cannot be asked: ${reasonOf(error)}`,
        remedy: 'Start the brokers, or correct KAFKA_BROKERS.',
      },
    ];
  }
}

/** Groups of broadcasts are left out, because they come and go with instances. */
function groupsOf(apps: readonly AnyApp[]): { app: string; group: string }[] {
  return apps.flatMap(({ name, controllers }) => {
    const consumers = controllers
      .flatMap((controller) => listConsumers(controller))
      .filter(({ broadcast }) => !broadcast);
    return [...new Set(consumers.map(({ consumer }) => consumer))].map((consumer) => ({
      app: name,
      group: `${name}.${consumer}`,
    }));
  });
}

function reasonOf(error: unknown): string {
  let reason = error;
  while (Error.isError(reason) && Error.isError(reason.cause)) reason = reason.cause;
  return (Error.isError(reason) ? reason.message : String(reason)).split('\n', 1)[0] ?? '';
}
