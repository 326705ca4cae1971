import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './mesh-process.js';
import { Skipped } from './row.js';

type Server = 'kafka' | 'redis' | 'opensearch' | 'dynamodb';

/** The variables that choose each server, and those that locate it. */
const choices: Readonly<
  Record<Server, { readonly chosenBy: Readonly<Record<string, string>>; readonly found: readonly string[] }>
> = {
  kafka: { chosenBy: { EVENT_BUS: 'kafka' }, found: ['KAFKA_BROKERS'] },
  redis: { chosenBy: { LIMIT_STORE: 'redis' }, found: ['REDIS_URL'] },
  opensearch: { chosenBy: { SEARCH_INDEX: 'opensearch' }, found: ['OPENSEARCH_URL'] },
  dynamodb: {
    chosenBy: { CATALOG_STORE: 'dynamodb' },
    found: ['DYNAMODB_ENDPOINT', 'DYNAMODB_REGION', 'DYNAMODB_ACCESS_KEY_ID', 'DYNAMODB_SECRET_ACCESS_KEY'],
  },
};

/** Variables for a mesh on these servers, with unique prefixes. Skips unless `npm run servers` has started them. */
export async function useServers(...servers: readonly Server[]): Promise<Record<string, string>> {
  const folder = process.env['MESH_SERVERS_FOLDER'] ?? join(root, '.mesh/servers');
  const running = await readFile(join(folder, 'environment.json'), 'utf8').then(
    (text) => JSON.parse(text) as Record<string, string>,
    (): Record<string, string> => ({}),
  );
  const missing = servers.filter((server) => choices[server].found.some((name) => running[name] === undefined));
  if (missing.length > 0)
    throw new Skipped(`${missing.join(', ')} not running: npm run servers -- start ${missing.join(' ')}`);
  const own = `bench-${randomBytes(4).toString('hex')}`;
  return {
    KAFKA_PREFIX: `${own}.`,
    REDIS_PREFIX: `${own}:`,
    OPENSEARCH_INDEX: own,
    DYNAMODB_TABLE_PREFIX: `${own}-`,
    ...Object.assign(
      {},
      ...servers.map((server) => ({
        ...choices[server].chosenBy,
        ...Object.fromEntries(choices[server].found.map((name) => [name, running[name]])),
      })),
    ),
  };
}
