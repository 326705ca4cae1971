import { appNames } from '@mediamesh/contracts';
import { ConfigError, type Environment, readConfig } from './config.js';
import type { AnyApp } from './define-app.js';
import { type Mesh, migrateApps, startMesh } from './start-mesh.js';

export interface RunOptions {
  /** Runs first and returns additions to the environment. */
  readonly prepare?: (environment: Environment) => Promise<Environment>;
  readonly onReady?: (mesh: Mesh, environment: Environment) => Promise<void>;
  /** Runs last, also after a failed start. */
  readonly onStopped?: () => Promise<void>;
  readonly onProgress?: (line: string) => void;
}

const oldestNode = 26;
/** Milliseconds. npm and terminals send a signal twice, so a second one within this time is ignored. */
const sameSignal = 2_000;
/** Timeout for stopping after a failed start, in milliseconds. */
const longestStop = 25_000;

/**
 * The entry point of every process. Starts the apps (`MESH_APPS` selects some), handles SIGTERM and SIGINT, and exits:
 * 0 after an orderly stop, 1 after a failed start, a fatal error, a bug or a forced stop. With the argument `migrate`
 * it only runs the migration step.
 */
export async function runApps(apps: readonly AnyApp[], options: RunOptions = {}): Promise<void> {
  const stop = Promise.withResolvers<string>();
  let mesh: Mesh | undefined;
  let failed = false;
  watchSignals(stop.resolve, () => {
    failed = true;
  });
  try {
    refuseOldNode();
    const environment = { ...process.env, ...(await options.prepare?.(process.env)) };
    const chosen = chooseApps(apps, environment);
    if (process.argv[2] === 'migrate') {
      await migrateApps(chosen, { environment, onProgress: (line) => process.stdout.write(`${line}\n`) });
    } else {
      const onFatal = (error: Error): void => {
        failed = true;
        process.stderr.write(`${explain(error)}\n`);
        stop.resolve('it cannot go on');
      };
      mesh = await startMesh(chosen, {
        environment,
        onFatal,
        ...(options.onProgress && { onProgress: options.onProgress }),
      });
      await options.onReady?.(mesh, environment);
      process.send?.('ready');
      const reason = await stop.promise;
      options.onProgress?.(`Stopping (${reason})`);
    }
  } catch (error) {
    failed = true;
    process.stderr.write(`${explain(error)}\n`);
  }
  const forced = setTimeout(() => exit(1, 'Stopping took too long'), mesh?.longestStop ?? longestStop);
  try {
    await mesh?.close();
    await options.onStopped?.();
  } catch (error) {
    failed = true;
    process.stderr.write(`${explain(error)}\n`);
  }
  clearTimeout(forced);
  process.exit(failed ? 1 : 0);
}

function watchSignals(stop: (reason: string) => void, fail: () => void): void {
  let first: number | undefined;
  const onSignal = (signal: string): void => {
    const now = performance.now();
    first ??= now;
    if (now - first > sameSignal) exit(1, `${signal} again: stopped at once`);
    stop(signal);
  };
  process.on('SIGINT', () => onSignal('SIGINT'));
  process.on('SIGTERM', () => onSignal('SIGTERM'));
  // Without its launcher nothing could stop this process.
  process.on('disconnect', () => stop('the launcher ended'));
  // On a bug the process finishes running work and exits, to be restarted.
  const onBug = (error: unknown): void => {
    process.stderr.write(`Unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    fail();
    stop('an unexpected error');
  };
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);
}

function exit(code: number, line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(code);
}

function refuseOldNode(): void {
  if (Number.parseInt(process.versions.node, 10) < oldestNode)
    throw new Error(`MediaMesh runs on Node ${oldestNode} or newer; this is ${process.versions.node}`);
}

/** The apps that `MESH_APPS` names, by default all. The in-process bus needs all apps in one process. */
export function chooseApps(apps: readonly AnyApp[], environment: Environment): readonly AnyApp[] {
  const named = (environment['MESH_APPS'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = named.filter((name) => !apps.some((app) => app.name === name));
  if (unknown.length > 0) throw new ConfigError([`MESH_APPS: there is no app called ${unknown.join(', ')} here`]);
  const chosen = apps.filter(({ name }) => named.length === 0 || named.includes(name));
  const missing = appNames.filter((name) => !chosen.some((app) => app.name === name));
  // An empty variable counts as unset.
  if ((environment['EVENT_BUS'] || 'in-process') === 'in-process' && missing.length > 0) {
    throw new ConfigError([
      `EVENT_BUS: the in-process bus needs every app in one process; ${missing.join(', ')} would hear nothing`,
      ...mistakesOf(chosen, environment),
    ]);
  }
  return chosen;
}

/** Reports further mistakes in the same error. */
function mistakesOf(apps: readonly AnyApp[], environment: Environment): readonly string[] {
  try {
    readConfig(apps, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof AggregateError) return error.errors.map(explain).join('\n');
  if (error instanceof SuppressedError) return [error.suppressed, error.error].map(explain).join('\n');
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE')
    return (
      `Port ${port ?? ''} is taken by another program; ` +
      'stop it, or choose another port (for example CMS_GATEWAY_PORT)'
    );
  if (code === 'ENOSPC') return 'The disk is full';
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `MediaMesh cannot go on: ${error instanceof Error ? error.message : String(error)}${cause}`;
}
