/**
 * What PM2 reads, through ecosystem.config.js. Each app is a cluster of its own, so that a reload starts the new
 * process before the old one is told to finish; PM2 waits until a process says that it is ready. Two instances of each
 * gateway share its port.
 */
import { join } from 'node:path';
import { root } from '#launch';
import type { AnyApp } from '@mediamesh/app';
import { isGateway } from '@mediamesh/contracts';
import { apps } from '../generate/apps.js';
import { meshFolder } from '../mesh/mesh-folder.js';
import { readMeshVariables } from '../mesh/standing.js';
import { variablesFor } from './app-variables.js';

/** Seconds: the longest orderly stop of an app without its drain is 24. */
const STOP_SECONDS = 28;

// a reload can wait: the longer clients have to turn to the new process, the fewer idle connections are left to be cut
const variables: Readonly<Record<string, string>> = { DRAIN_SECONDS: '2', ...readMeshVariables(process.env) };
const logs = join(meshFolder(process.env), 'logs');

/**
 * An index in SQLite and a folder of files belong to one process, so the old one must end before the new one starts.
 */
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
  // a smaller nursery: these processes hold little that is young
  node_args: '--enable-source-maps --max-semi-space-size=8',
  // the log is written by the app itself: PM2 sees of a clustered process only what goes through its streams, and puts
  // the rest into its own log
  env: { LOG_FOLDER: logs, ...variablesFor(app, variables) } as Readonly<Record<string, string>>,
  // what the shell has of these goes to nobody but those who are given it above
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

/** Services start before the gateways that ask them. */
export const processes = apps
  .toSorted((one, other) => Number(isGateway(one.name)) - Number(isGateway(other.name)))
  .map(describeProcess);
