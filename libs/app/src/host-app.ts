import 'reflect-metadata';
import { type AppName, authServiceApi, isGateway } from '@mediamesh/contracts';
import { BusTransport, DeadLetters } from '@mediamesh/events';
import { AnswerInterceptor, Clients, Cursors, ProblemFilter, RouteTable } from '@mediamesh/http';
import { LimitGuard } from '@mediamesh/limits';
import { type DatabaseService, migrationsOf } from '@mediamesh/migrations';
import { Logger, Metrics } from '@mediamesh/observability';
import { Outbox, OutboxRecords } from '@mediamesh/outbox';
import { Database } from '@mediamesh/postgres';
import type { Resource } from '@mediamesh/resilience';
import { AccessGuard, JwksKeys } from '@mediamesh/security';
import type { Provider, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { type AppParts, openParts } from './app-parts.js';
import { checkEndpoints } from './check-endpoints.js';
import { commonEndpointsOf } from './common-endpoints.js';
import type { MeshConfig } from './config.js';
import { type AnyApp, isConsuming } from './define-app.js';
import { mountDocumentation } from './documentation.js';
import { prepareDraining } from './drain.js';
import { mountHealth } from './health.js';
import { createAdapter, prepareFastify } from './http-server.js';
import { answerInFront } from './in-front.js';
import { NestLogger } from './nest-logger.js';
import type { Platform } from './platform.js';
import { KnownGateways } from './root.controller.js';

/** A running app. Stopping has steps, so that the apps of one process take each step together. */
export interface HostedApp {
  readonly name: AppName;
  readonly url: string;
  listen(): Promise<void>;
  /** Fails readiness, finishes running requests, refuses new ones and ends background work. */
  stopServing(): Promise<void>;
  /** Publishes what is committed in the outbox. */
  stopRelaying(): Promise<void>;
  /** Closes pools and flushes logs. */
  release(): Promise<void>;
}

/** The app does not listen yet. `release` closes everything that was opened, as does a failed start. */
export async function hostApp(app: AnyApp, config: MeshConfig, platform: Platform): Promise<HostedApp> {
  await using opened = new AsyncDisposableStack();
  const parts = await openParts(app, config, platform, opened);
  const running = await assemble(app, config, platform, parts);
  const closing = opened.move();
  return {
    ...running,
    stopRelaying: async () => parts.relay?.close(),
    release: async () => {
      await closing.disposeAsync();
      parts.logger.info('stopped');
      await parts.logger.flush();
    },
  };
}

async function assemble(
  app: AnyApp,
  config: MeshConfig,
  platform: Platform,
  parts: AppParts,
): Promise<Omit<HostedApp, 'stopRelaying' | 'release'>> {
  const { shared } = config;
  const { logger, metrics, database } = parts;
  const common = commonEndpointsOf(app).map(({ controller }) => controller);
  const routes = new RouteTable(checkEndpoints(app, common));
  const filter = new ProblemFilter(logger, metrics, routes);
  const adapter = createAdapter({ uploads: app.uploads ?? false });
  const fastify = adapter.getInstance();
  prepareFastify(fastify, {
    isGateway: isGateway(app.name),
    uploads: app.uploads ?? false,
    trustedProxies: shared.TRUSTED_PROXIES,
    logger,
    metrics,
    filter,
  });
  const drain = prepareDraining(fastify);
  const transport = isConsuming(app)
    ? new BusTransport({ app: app.name, bus: platform.bus, database, logger, metrics })
    : undefined;
  const nest = await createNest(app, common, adapter, parts, [
    { provide: KnownGateways, useValue: new KnownGateways(config) },
    { provide: Cursors, useValue: new Cursors(shared.CURSOR_SECRETS) },
    ...(transport && database
      ? [{ provide: DeadLetters, useValue: new DeadLetters({ database, consumers: transport }) }]
      : []),
  ]);
  useGuards(nest, app.name, platform, parts);
  nest.useGlobalInterceptors(new AnswerInterceptor());
  nest.useGlobalFilters(filter);
  if (transport) nest.connectMicroservice({ strategy: transport }, { inheritAppConfig: true });
  if (app.inFront) answerInFront(fastify, { inFront: nest.get(app.inFront), limits: parts.limits, filter, logger });

  const health = mountHealth(fastify, {
    app: app.name,
    metrics,
    // The broker matters only to publishers and consumers.
    resources: [
      ...parts.resources,
      ...checksOf(app, nest),
      ...(database || transport ? platform.busResources : []),
      ...(parts.limits ? platform.limits.resources : []),
    ],
    ...(database && { database, migrations: migrationsOf(app.database as DatabaseService) }),
  });
  mountDocumentation(nest, app);

  const { port } = config.addresses[app.name];
  return {
    name: app.name,
    // The address of this instance, whatever URL others use.
    url: `http://127.0.0.1:${port}`,
    listen: async () => {
      await nest.init();
      if (transport) await nest.startAllMicroservices();
      await nest.listen({ port, host: shared.BIND_ADDRESS });
      health.started();
      logger.info('listening', { port });
    },
    stopServing: async () => {
      health.stopping();
      await drain(shared.DRAIN_SECONDS * 1_000);
      await nest.close();
    },
  };
}

function createNest(
  app: AnyApp,
  common: readonly Type[],
  adapter: FastifyAdapter,
  { config, logger, metrics, clients, database, outbox }: AppParts,
  more: readonly Provider[],
): Promise<NestFastifyApplication> {
  const given: Provider[] = [
    { provide: Logger, useValue: logger },
    { provide: Metrics, useValue: metrics },
    { provide: Clients, useValue: clients },
    ...(database ? [{ provide: Database, useValue: database }] : []),
    ...(database ? [{ provide: OutboxRecords, useValue: new OutboxRecords(database) }] : []),
    ...(outbox ? [{ provide: Outbox, useValue: outbox }] : []),
  ];
  const root = {
    module: namedModule(app.name),
    imports: app.modules?.(config.own as never) ?? [],
    controllers: [...app.controllers, ...common],
    providers: [...given, ...more, ...app.providers(config.own as never)],
  };
  return NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
}

/** Access is checked before limits. */
function useGuards(
  nest: NestFastifyApplication,
  app: AppName,
  { clock }: Platform,
  { clients, limits }: AppParts,
): void {
  const auth = clients.of(authServiceApi, { asService: true });
  const keys = new JwksKeys({ fetchKeys: () => auth.listKeys({}), clock });
  nest.useGlobalGuards(new AccessGuard({ app, keys, clock }), ...(limits ? [new LimitGuard(limits)] : []));
}

const checksOf = ({ checks = [] }: AnyApp, nest: NestFastifyApplication): Pick<Resource, 'check'>[] =>
  checks.map((check) => nest.get<Pick<Resource, 'check'>>(check));

/** Each app needs a root module class of its own; Nest's messages show its name. */
const namedModule = (name: string) => Object.defineProperty(class {}, 'name', { value: `${name}-module` });
