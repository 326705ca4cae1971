/**
 * The processes for PM2, read by ecosystem.config.js. Each app is a cluster, so that a reload starts the new process
 * before it stops the old one; PM2 waits until a process is ready. Two instances of each gateway share its port.
 */
import { join } from 'node:path';
import { root } from '#launch';
import type { AnyApp } from '@mediamesh/app';
import { isGateway } from '@mediamesh/contracts';
import { apps } from '../generate/apps.js';
import { meshFolder } from '../mesh/mesh-folder.js';
import { readMeshVariables } from '../mesh/standing.js';
import { variablesFor } from './app-variables.js';

/** The longest graceful stop of an app without its drain takes 24 seconds. */
const STOP_SECONDS = 28;

// a longer drain lets more clients move to the new process before idle connections are closed
const variables: Readonly<Record<string, string>> = { DRAIN_SECONDS: '2', ...readMeshVariables(process.env) };
const logs = join(meshFolder(process.env), 'logs');

/** A SQLite index or a folder of files belongs to one process: the old one must end before the new one starts. */
const isAlone = ({ name }: AnyApp): boolean =>
  (name === 'search-service' && (variables['SEARCH_INDEX'] ?? 'sqlite') === 'sqlite') ||
  (name === 'media-service' && (variables['OBJECT_STORE'] ?? 'files') === 'files');

const describeProcess = (app: AnyApp) => ({
  name: app.name,
  script: join(root, `dist/apps/${app.name}/src/main.js`),
  cwd: root,
  ...(isAlone(app)
    ? { exec_mode: 'fork', interpreter: process.execPath }
    : { exec_mode: 'cluster', instances: isGateway(app.name) ? 2 : 1 }),
  // a smaller young generation: these processes keep few short-lived objects
  node_args: '--enable-source-maps --max-semi-space-size=8',
  // the app writes its own log; PM2 gets only the output streams of a clustered process, and writes them to its own log
  env: { LOG_FOLDER: logs, ...variablesFor(app, variables) } as Readonly<Record<string, string>>,
  // variables of the shell reach only the processes that get them above
  filter_env: [...Object.keys(variables), 'npm_'],
  wait_ready: true,
  listen_timeout: 60_000,
  kill_timeout: (STOP_SECONDS + Number(variables['DRAIN_SECONDS'])) * 1_000,
  max_memory_restart: isGateway(app.name) ? '500M' : '400M',
  exp_backoff_restart_delay: 200,
  out_file: join(logs, `${app.name}.log`),
  error_file: join(logs, `${app.name}.log`),
  merge_logs: true,
});

/** Services start before the gateways that call them. */
export const processes = apps
  .toSorted((one, other) => Number(isGateway(one.name)) - Number(isGateway(other.name)))
  .map(describeProcess);
