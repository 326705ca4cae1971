import { appNames } from '@mediamesh/contracts';
import { ConfigError, type Environment, readConfig } from './config.js';
import type { AnyApp } from './define-app.js';
import { type Mesh, migrateApps, startMesh } from './start-mesh.js';

export interface RunOptions {
  /** Runs first and answers what it adds to the environment. */
  readonly prepare?: (environment: Environment) => Promise<Environment>;
  /** Runs when everything is up. */
  readonly onReady?: (mesh: Mesh, environment: Environment) => Promise<void>;
  /** Runs last of all, also after a failed start. */
  readonly onStopped?: () => Promise<void>;
  readonly onProgress?: (line: string) => void;
}

/** Node of this major version or newer runs the mesh. */
const oldestNode = 26;
/** A repeat of a signal within this is the same signal: npm and terminals pass it on twice. In milliseconds. */
const sameSignal = 2_000;
/** Stopping what never came up takes no longer than this, in milliseconds. */
const longestStop = 25_000;

/**
 * The one bootstrap of every process: reads the environment once, starts the apps (`MESH_APPS` chooses some of them),
 * owns SIGTERM and SIGINT, and ends the process: 0 after an orderly stop, 1 with one clear line when it could not
 * start, cannot go on, met a bug or had to be forced. With the argument `migrate` it makes what the apps stand on
 * instead, and ends.
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
  // the launcher is gone: nobody can stop this process any more
  process.on('disconnect', () => stop('the launcher ended'));
  // a bug somewhere: what runs is finished, then the process ends and is started again
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

/** The apps `MESH_APPS` names, all without it. Facts travel in memory only when every app is here to hear them. */
export function chooseApps(apps: readonly AnyApp[], environment: Environment): readonly AnyApp[] {
  const named = (environment['MESH_APPS'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = named.filter((name) => !apps.some((app) => app.name === name));
  if (unknown.length > 0) throw new ConfigError([`MESH_APPS: there is no app called ${unknown.join(', ')} here`]);
  const chosen = apps.filter(({ name }) => named.length === 0 || named.includes(name));
  const missing = appNames.filter((name) => !chosen.some((app) => app.name === name));
  // an empty variable is one that is not given
  if ((environment['EVENT_BUS'] || 'in-process') === 'in-process' && missing.length > 0) {
    throw new ConfigError([
      `EVENT_BUS: the in-process bus needs every app in one process; ${missing.join(', ')} would hear nothing`,
      ...mistakesOf(chosen, environment),
    ]);
  }
  return chosen;
}

/** What else is wrong, so that it is mended in one go. */
function mistakesOf(apps: readonly AnyApp[], environment: Environment): readonly string[] {
  try {
    readConfig(apps, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

/** One clear line for a person: what is wrong, without a stack. */
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
