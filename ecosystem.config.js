/**
 * The nine apps under PM2: `npm run build`, then `npm run pm2 -- start ecosystem.config.js`. Each is a cluster of its own, so that a reload starts
 * the new process before the old one is told to finish; PM2 waits until a process says that it is ready. Two instances of each gateway share its port.
 */
import { join } from 'node:path';
import { meshFolder, readMeshVariables } from './tools/mesh-environment.mjs';

const root = import.meta.dirname;
const variables = readMeshVariables();
const logs = join(meshFolder(), 'logs');

const services = ['auth-service', 'metadata-service', 'media-service', 'cms-service', 'ingest-service', 'search-service', 'discovery-service'];
const gateways = ['cms-gateway', 'discovery-gateway'];
/** An index in SQLite belongs to one process, so the old one must end before the new one starts. */
const isAlone = (name) => name === 'search-service' && (variables.SEARCH_INDEX ?? 'sqlite') === 'sqlite';

/** Each app is given its own secret; auth-service, which checks them, is given all. */
const ownVariables = (name) =>
  Object.fromEntries(Object.entries(variables).filter(([variable]) => name === 'auth-service' || !variable.startsWith('SERVICE_SECRET_') || variable === `SERVICE_SECRET_${name.toUpperCase().replace('-', '_')}`));

export const apps = [...services, ...gateways].map((name) => ({
  name,
  script: join(root, `dist/apps/${name}/src/main.js`),
  cwd: root,
  ...(isAlone(name) ? { exec_mode: 'fork', interpreter: process.execPath } : { exec_mode: 'cluster', instances: gateways.includes(name) ? 2 : 1 }),
  // a smaller nursery: these processes hold little that is young
  node_args: '--enable-source-maps --max-semi-space-size=8',
  // the log is written by the app itself: PM2 sees of a clustered process only what goes through its streams, and puts the rest into its own log
  // a reload can wait: the longer clients have to turn to the new process, the fewer idle connections are left to be cut
  env: { LOG_FOLDER: logs, DRAIN_SECONDS: '2', ...ownVariables(name) },
  filter_env: ['SERVICE_SECRET_', 'npm_'],
  wait_ready: true,
  listen_timeout: 60_000,
  // an orderly stop takes no longer than 25 s
  kill_timeout: 30_000,
  max_memory_restart: gateways.includes(name) ? '500M' : '400M',
  exp_backoff_restart_delay: 200,
  out_file: join(logs, `${name}.log`),
  error_file: join(logs, `${name}.log`),
  merge_logs: true,
}));
