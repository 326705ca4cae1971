import { type AppName, authServiceApi, isGateway } from '@mediamesh/contracts';
import { Clients } from '@mediamesh/http';
import { Limits } from '@mediamesh/limits';
import { createLogger, createMetrics, type Logger, type Metrics } from '@mediamesh/observability';
import { Outbox, type Relay, startRelay } from '@mediamesh/outbox';
import { type Database, openDatabase } from '@mediamesh/postgres';
import type { Resource } from '@mediamesh/resilience';
import { createServiceTokens } from '@mediamesh/security';
import type { AppConfig, MeshConfig } from './config.js';
import type { AnyApp } from './define-app.js';
import { isMigrating, type Platform } from './platform.js';
import { databaseUrlOf, prepareApp, resourcesOf } from './prepare-app.js';

export interface AppParts {
  readonly config: AppConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clients: Clients;
  readonly resources: readonly Resource[];
  /** Database, outbox and relay exist only for an app with a database. */
  readonly database: Database | undefined;
  readonly outbox: Outbox | undefined;
  readonly relay: Relay | undefined;
  /** Gateways only. */
  readonly limits: Limits | undefined;
}

/** Opens the parts of an app. Each is added to `opened` at once, which closes them in reverse order. */
export async function openParts(
  app: AnyApp,
  mesh: MeshConfig,
  platform: Platform,
  opened: AsyncDisposableStack,
): Promise<AppParts> {
  const config = mesh.apps.get(app.name);
  if (!config) throw new Error(`${app.name} has no configuration`);
  const logger = createLogger({ app: app.name, level: mesh.shared.LOG_LEVEL, folder: mesh.shared.LOG_FOLDER });
  opened.defer(() => logger.flush());
  const metrics = createMetrics(app.name);
  opened.defer(() => metrics.close());
  const resources = resourcesOf(app, mesh, logger);
  for (const resource of resources) opened.defer(() => resource.close());
  if (isMigrating(mesh)) await prepareApp(app, mesh, resources, logger);
  const database = app.database && (await openServiceDatabase(app, mesh, logger));
  if (database) opened.defer(() => database.close());
  const clients = createClients(app.name, mesh, config.serviceSecret, logger, metrics, platform);
  opened.defer(() => clients.close());
  const outbox = database && new Outbox({ database, app: app.name });
  const relay = database && outbox && startRelay({ database, outbox, bus: platform.bus, logger, metrics });
  if (relay) opened.defer(() => relay.close(0));
  const store = isGateway(app.name) ? platform.limits.storeFor(logger, metrics) : undefined;
  if (store) opened.defer(() => store.close());
  const limits = store && new Limits({ app: app.name, config: mesh.limits, store, logger, metrics });
  return { config, logger, metrics, clients, resources, database, outbox, relay, limits };
}

function createClients(
  name: AppName,
  config: MeshConfig,
  secret: string,
  logger: Logger,
  metrics: Metrics,
  { clock }: Platform,
): Clients {
  const urls = Object.fromEntries(Object.entries(config.addresses).map(([app, { urls: all }]) => [app, all])) as Record<
    AppName,
    readonly string[]
  >;
  const clients: Clients = new Clients(name, urls, (audience) => tokens.tokenFor(audience), logger, metrics);
  const auth = clients.of(authServiceApi, { asService: true });
  const tokens = createServiceTokens({
    service: name,
    secret,
    issue: (body) => auth.issueServiceToken({ body }),
    clock,
    logger,
  });
  return clients;
}

async function openServiceDatabase(app: AnyApp, config: MeshConfig, logger: Logger): Promise<Database> {
  const url = await databaseUrlOf(app, config);
  return openDatabase({
    name: app.database ?? '',
    url,
    poolSize: config.shared.DATABASE_POOL,
    logger,
    ...(app.entities && { entities: app.entities }),
  });
}
