import 'reflect-metadata';
import { type AppName, authServiceApi, isGateway } from '@mediamesh/contracts';
import { BusTransport, DeadLetters } from '@mediamesh/events';
import { AnswerInterceptor, Clients, Cursors, ProblemFilter, RouteTable } from '@mediamesh/http';
import { LimitGuard, Limits } from '@mediamesh/limits';
import { type DatabaseService, migrationsOf } from '@mediamesh/migrations';
import { createLogger, createMetrics, Logger, Metrics } from '@mediamesh/observability';
import { Outbox, OutboxRecords, startRelay } from '@mediamesh/outbox';
import { Database, openDatabase } from '@mediamesh/postgres';
import type { Resource } from '@mediamesh/resilience';
import { AccessGuard, createServiceTokens, JwksKeys } from '@mediamesh/security';
import type { Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { checkEndpoints } from './check-endpoints.js';
import type { MeshConfig } from './config.js';
import { type AnyApp, isConsuming } from './define-app.js';
import { mountDocumentation } from './documentation.js';
import { prepareDraining } from './drain.js';
import { mountHealth } from './health.js';
import { createAdapter, prepareFastify } from './http-server.js';
import { NestLogger } from './nest-logger.js';
import { operatorControllersOf } from './operator-controllers.js';
import { isMigrating, type Platform } from './platform.js';
import { databaseUrlOf, prepareApp, resourcesOf } from './prepare-app.js';

/** One app that is up. Stopping goes in steps, so that nine apps in one process can take each step together. */
export interface HostedApp {
  readonly name: AppName;
  readonly url: string;
  /** Begins to answer and to consume. */
  listen(): Promise<void>;
  /** No longer ready; running requests are finished, new ones refused, background work ends. */
  stopServing(): Promise<void>;
  /** What is committed is handed to the bus. */
  stopRelaying(): Promise<void>;
  /** Pools close, logs are written. */
  release(): Promise<void>;
}

/**
 * Makes one app with everything apps have in common; it does not listen yet. What a failure leaves half made is closed
 * again.
 */
export async function hostApp(app: AnyApp, config: MeshConfig, platform: Platform): Promise<HostedApp> {
  await using opened = new AsyncDisposableStack();
  const hosted = await assemble(app, config, platform, opened);
  opened.move();
  return hosted;
}

async function assemble(
  app: AnyApp,
  config: MeshConfig,
  platform: Platform,
  opened: AsyncDisposableStack,
): Promise<HostedApp> {
  const { shared, addresses } = config;
  const own = config.apps.get(app.name);
  if (!own) throw new Error(`${app.name} has no configuration`);
  const logger = createLogger({ app: app.name, level: shared.LOG_LEVEL, folder: shared.LOG_FOLDER });
  const metrics = createMetrics(app.name);
  const clients = createClients(app.name, config, own.serviceSecret, logger, metrics, platform);
  const resources = resourcesOf(app, config, logger);
  for (const resource of resources) opened.defer(() => resource.close());
  if (isMigrating(config)) await prepareApp(app, config, resources, logger);
  const database = app.database && (await openServiceDatabase(app, config, logger));
  if (database) opened.defer(() => database.close());
  opened.defer(() => clients.close());
  const outbox = database && new Outbox({ database, app: app.name });
  const relay = database && outbox && startRelay({ database, outbox, bus: platform.bus, logger, metrics });
  if (relay) opened.defer(() => relay.close(0));

  const operatorControllers = operatorControllersOf(app);
  const routes = new RouteTable(checkEndpoints(app, operatorControllers));
  const filter = new ProblemFilter(logger, metrics, routes);
  const adapter = createAdapter({ uploads: app.uploads ?? false });
  prepareFastify(adapter.getInstance(), {
    isGateway: isGateway(app.name),
    uploads: app.uploads ?? false,
    trustedProxies: shared.TRUSTED_PROXIES,
    logger,
    metrics,
    filter,
  });

  const drain = prepareDraining(adapter.getInstance());

  const providers: Provider[] = [
    { provide: Logger, useValue: logger },
    { provide: Metrics, useValue: metrics },
    { provide: Clients, useValue: clients },
    { provide: Cursors, useValue: new Cursors(shared.CURSOR_SECRETS) },
    ...(database
      ? [
          { provide: Database, useValue: database },
          { provide: OutboxRecords, useValue: new OutboxRecords(database) },
        ]
      : []),
    ...(outbox ? [{ provide: Outbox, useValue: outbox }] : []),
    ...app.providers(own.own as never),
  ];
  const transport =
    isConsuming(app) && new BusTransport({ app: app.name, bus: platform.bus, database, logger, metrics });
  if (transport && database)
    providers.push({ provide: DeadLetters, useValue: new DeadLetters({ database, consumers: transport }) });

  const nest = await NestFactory.create<NestFastifyApplication>(
    { module: namedModule(app.name), controllers: [...app.controllers, ...operatorControllers], providers },
    adapter,
    { bodyParser: false, logger: new NestLogger(logger), abortOnError: false },
  );
  const jwks = clients.of(authServiceApi, { asService: true });
  const keys = new JwksKeys({ fetchKeys: () => jwks.listKeys({}), clock: platform.clock });
  const limits = createLimits(app, config, logger, metrics, platform);
  nest.useGlobalGuards(new AccessGuard({ app: app.name, keys, clock: platform.clock }), ...limits.guards);
  nest.useGlobalInterceptors(new AnswerInterceptor());
  nest.useGlobalFilters(filter);
  if (transport) nest.connectMicroservice({ strategy: transport }, { inheritAppConfig: true });

  const health = mountHealth(adapter.getInstance(), {
    app: app.name,
    metrics,
    // a broker concerns whoever publishes or consumes
    resources: [
      ...resources,
      ...checksOf(app, nest),
      ...(database || transport ? platform.busResources : []),
      ...(isGateway(app.name) ? platform.limits.resources : []),
    ],
    ...(database && { database, migrations: migrationsOf(app.database as DatabaseService) }),
  });
  mountDocumentation(nest, app);

  const address = addresses[app.name];
  return {
    name: app.name,
    // where this very instance answers, whatever others are told
    url: `http://127.0.0.1:${address.port}`,
    listen: async () => {
      await nest.init();
      if (transport) await nest.startAllMicroservices();
      await nest.listen({ port: address.port, host: shared.BIND_ADDRESS });
      health.started();
      logger.info('listening', { port: address.port });
    },
    stopServing: async () => {
      health.stopping();
      await drain(shared.DRAIN_SECONDS * 1_000);
      await nest.close();
    },
    stopRelaying: async () => relay?.close(),
    release: async () => {
      await clients.close();
      await database?.close();
      await limits.close();
      await Promise.all(resources.map((resource) => resource.close()));
      await metrics.close();
      logger.info('stopped');
      await logger.flush();
    },
  };
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

const checksOf = ({ checks = [] }: AnyApp, nest: NestFastifyApplication): Pick<Resource, 'check'>[] =>
  checks.map((check) => nest.get<Pick<Resource, 'check'>>(check));

/** Limits are for whoever comes from outside, each gateway with its own counts. */
function createLimits(app: AnyApp, config: MeshConfig, logger: Logger, metrics: Metrics, { limits }: Platform) {
  if (!isGateway(app.name)) return { guards: [], close: () => Promise.resolve() };
  const store = limits.storeFor(logger, metrics);
  return {
    guards: [new LimitGuard(new Limits({ app: app.name, config: config.limits, store, logger, metrics }))],
    close: () => store.close(),
  };
}

/** Each app's root module is a class of its own, named in Nest's messages. */
const namedModule = (name: string) => Object.defineProperty(class {}, 'name', { value: `${name}-module` });
