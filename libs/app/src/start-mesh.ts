import type { AppName } from '@mediamesh/contracts';
import { type EventBus, InProcessEventBus } from '@mediamesh/events';
import { createLogger } from '@mediamesh/observability';
import { type Environment, readConfig } from './config.js';
import type { AnyApp } from './define-app.js';
import { type HostedApp, hostApp } from './host-app.js';

export interface Mesh {
  /** Where each hosted app answers. */
  readonly urls: ReadonlyMap<AppName, string>;
  /** Stops in order: the gateways first, then relays, consumers, services and pools. */
  close(): Promise<void>;
}

export interface MeshOptions {
  readonly environment: Environment;
  /** Another bus than the configured one, for tests of single apps. */
  readonly bus?: EventBus;
  /** Told what is being done, one line each. */
  readonly onProgress?: (line: string) => void;
}

/** Starts apps in this process; rejects, with everything stopped again, when one of them cannot start. */
export async function startMesh(apps: readonly AnyApp[], { environment, bus: given, onProgress = () => undefined }: MeshOptions): Promise<Mesh> {
  const config = readConfig(apps, environment);
  const logger = createLogger({ app: 'mesh', level: config.shared.LOG_LEVEL, folder: config.shared.LOG_FOLDER });
  const bus = given ?? new InProcessEventBus({ logger });
  const hosted: HostedApp[] = [];

  const close = async (): Promise<void> => {
    const { failures, attempt } = collectFailures();
    const gateways = hosted.filter(({ name }) => name.endsWith('-gateway'));
    const services = hosted.filter((app) => !gateways.includes(app));
    await attempt(gateways.map((app) => app.stopServing()));
    await attempt(hosted.map((app) => app.stopRelaying()));
    if (!given) await attempt([bus.close()]);
    await attempt(services.map((app) => app.stopServing()));
    await attempt(hosted.map((app) => app.release()));
    await attempt([logger.flush()]);
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped in order');
  };

  try {
    onProgress('Preparing databases and apps');
    hosted.push(...(await settleAll(apps.map((app) => hostApp(app, config, { bus, clock: Date.now })))));
    onProgress('Opening ports');
    await settleAll(hosted.map((app) => app.listen()));
    if (!given) await bus.start();
    return { urls: new Map(hosted.map(({ name, url }) => [name, url])), close };
  } catch (error) {
    logger.error('the mesh cannot start', { error });
    await close().catch((failure: unknown) => logger.warn('stopping failed too', { error: failure }));
    throw error;
  }
}

/** Waits for all, also when one fails, so that nothing is still starting while the rest is stopped. */
async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function collectFailures() {
  const failures: unknown[] = [];
  const attempt = async (steps: readonly Promise<unknown>[]): Promise<void> => {
    for (const result of await Promise.allSettled(steps)) if (result.status === 'rejected') failures.push(result.reason);
  };
  return { failures, attempt };
}
