import { type AppName, isGateway } from '@mediamesh/contracts';
import type { EventBus } from '@mediamesh/events';
import { createLogger } from '@mediamesh/observability';
import { type Environment, readConfig } from './config.js';
import type { AnyApp } from './define-app.js';
import { type HostedApp, hostApp } from './host-app.js';
import { createPlatform, isMigrating } from './platform.js';
import { prepareApp, resourcesOf } from './prepare-app.js';

export interface Mesh {
  readonly urls: ReadonlyMap<AppName, string>;
  /** Upper bound of an orderly stop, in milliseconds. */
  readonly longestStop: number;
  /** Stops the gateways first, then relays, consumers, services and pools. */
  close(): Promise<void>;
}

export interface MeshOptions {
  readonly environment: Environment;
  /** Replaces the configured bus, for tests of single apps. */
  readonly bus?: EventBus;
  readonly onProgress?: (line: string) => void;
  /** Called once when the process cannot continue and should be restarted. */
  readonly onFatal?: (error: Error) => void;
}

/** Upper bound of an orderly stop without the drains, in milliseconds. */
const finishing = 24_000;

/** Starts apps in this process. When one fails, stops all and rejects. */
export async function startMesh(
  apps: readonly AnyApp[],
  { environment, bus: given, onProgress = () => undefined, onFatal = () => undefined }: MeshOptions,
): Promise<Mesh> {
  const config = readConfig(apps, environment);
  const logger = createLogger({
    app: nameOfProcess(apps),
    level: config.shared.LOG_LEVEL,
    folder: config.shared.LOG_FOLDER,
  });
  const platform = createPlatform(config, logger, { bus: given, onFatal });
  const hosted: HostedApp[] = [];
  const of = (areGateways: boolean) => hosted.filter(({ name }) => isGateway(name) === areGateways);

  // The steps of a stop in reverse order. Each runs even if an earlier one failed.
  const stop = new AsyncDisposableStack();
  stop.defer(() => logger.flush());
  stop.defer(() => platform.close());
  stop.defer(() => settleAll(hosted.map((app) => app.release())));
  stop.defer(() => settleAll(of(false).map((app) => app.stopServing())));
  if (!given) stop.defer(() => platform.bus.close());
  stop.defer(() => settleAll(hosted.map((app) => app.stopRelaying())));
  stop.defer(() => settleAll(of(true).map((app) => app.stopServing())));

  try {
    onProgress('Preparing databases and apps');
    if (isMigrating(config)) for (const resource of platform.resources) await resource.prepare();
    // Added one by one, so that those that started are stopped when another fails.
    await settleAll(apps.map(async (app) => hosted.push(await hostApp(app, config, platform))));
    onProgress('Opening ports');
    await settleAll(hosted.map((app) => app.listen()));
    if (!given) await platform.bus.start();
    // Gateways drain before services.
    const drains = new Set(apps.map(({ name }) => isGateway(name))).size;
    return {
      urls: new Map(hosted.map(({ name, url }) => [name, url])),
      longestStop: finishing + drains * config.shared.DRAIN_SECONDS * 1_000,
      close: () => stop.disposeAsync(),
    };
  } catch (error) {
    logger.error('the mesh cannot start', { error });
    await stop.disposeAsync().catch((failure: unknown) => logger.warn('stopping failed too', { error: failure }));
    throw error;
  }
}

/**
 * Creates and migrates databases, topics, indexes, buckets and tables, without starting an app. Idempotent; concurrent
 * runs wait for each other.
 */
export async function migrateApps(
  apps: readonly AnyApp[],
  { environment, onProgress = () => undefined }: MeshOptions,
): Promise<void> {
  const config = readConfig(apps, environment);
  const logger = createLogger({
    app: nameOfProcess(apps),
    level: config.shared.LOG_LEVEL,
    folder: config.shared.LOG_FOLDER,
  });
  const platform = createPlatform(config, logger, { onFatal: () => undefined });
  await using opened = new AsyncDisposableStack();
  opened.defer(() => platform.bus.close());
  opened.defer(() => platform.close());
  for (const resource of platform.resources) {
    onProgress(`Preparing ${resource.name}`);
    await resource.prepare();
  }
  for (const app of apps) {
    const resources = resourcesOf(app, config, logger);
    for (const resource of resources) opened.defer(() => resource.close());
    const stands = [app.database && `the database of ${app.name}`, ...resources.map(({ name }) => name)];
    onProgress(`Preparing ${stands.filter(Boolean).join(', ') || `${app.name}: nothing to do`}`);
    await prepareApp(app, config, resources, logger);
  }
}

/** The app that logs for the whole process: a single app, otherwise `mesh`. */
const nameOfProcess = (apps: readonly AnyApp[]): string => (apps.length === 1 && apps[0] ? apps[0].name : 'mesh');

/** Waits for all even if one fails, so that nothing is still starting during a stop. Rejects with one or all errors. */
async function settleAll(promises: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  const failures = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('; '));
  if (failures.length === 1) throw failures[0];
}
