/**
 * The nine apps under PM2: `npm run build`, then `npm run pm2 -- start ecosystem.config.js`. Each is a cluster of its
 * own, so that a reload starts the new process before the old one is told to finish; PM2 waits until a process says
 * that it is ready. Two instances of each gateway share its port.
 */
import { join } from 'node:path';
import { variablesFor } from './tools/app-variables.mjs';
import { meshFolder, readMeshVariables } from './tools/mesh-environment.mjs';

const root = import.meta.dirname;
// a reload can wait: the longer clients have to turn to the new process, the fewer idle connections are left to be cut
const variables = { DRAIN_SECONDS: '2', ...readMeshVariables() };
const logs = join(meshFolder(), 'logs');

const services = [
  'auth-service',
  'metadata-service',
  'media-service',
  'cms-service',
  'ingest-service',
  'search-service',
  'discovery-service',
];
const gateways = ['cms-gateway', 'discovery-gateway'];
/**
 * An index in SQLite and a folder of files belong to one process, so the old one must end before the new one starts.
 */
const isAlone = (name) =>
  (name === 'search-service' && (variables.SEARCH_INDEX ?? 'sqlite') === 'sqlite') ||
  (name === 'media-service' && (variables.OBJECT_STORE ?? 'files') === 'files');

export const apps = [...services, ...gateways].map((name) => ({
  name,
  script: join(root, `dist/apps/${name}/src/main.js`),
  cwd: root,
  ...(isAlone(name)
    ? { exec_mode: 'fork', interpreter: process.execPath }
    : { exec_mode: 'cluster', instances: gateways.includes(name) ? 2 : 1 }),
  // a smaller nursery: these processes hold little that is young
  node_args: '--enable-source-maps --max-semi-space-size=8',
  // the log is written by the app itself: PM2 sees of a clustered process only what goes through its streams, and puts
  // the rest into its own log
  env: { LOG_FOLDER: logs, ...variablesFor(name, variables) },
  // what the shell has of these goes to nobody but those who are given it above
  filter_env: [...Object.keys(variables), 'npm_'],
  wait_ready: true,
  listen_timeout: 60_000,
  // an orderly stop takes no longer than 24 s and its drain
  kill_timeout: (28 + Number(variables.DRAIN_SECONDS)) * 1_000,
  max_memory_restart: gateways.includes(name) ? '500M' : '400M',
  exp_backoff_restart_delay: 200,
  out_file: join(logs, `${name}.log`),
  error_file: join(logs, `${name}.log`),
  merge_logs: true,
}));
