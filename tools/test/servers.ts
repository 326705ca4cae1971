/** `npm run test:servers [-- mesh drills]`: starts missing servers and runs all or some parts, each with a budget. */
import { join } from 'node:path';
import { Failure, main, root, runProgram } from '#launch';
import { readServerEnvironment } from '../servers/record.js';
import { step, Tally } from './tally.js';

interface Part {
  /** Seconds, on two cores. */
  readonly budget: number;
  readonly about: string;
  readonly tiers: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** Seconds. */
const SERVERS_BUDGET = 80;

/** Together with the nine minutes of `npm test` they take 32 minutes. */
const parts: Readonly<Record<string, Part>> = {
  adapters: { budget: 280, about: 'every contract suite on every adapter', tiers: ['infra'] },
  // one mesh at a time: two of nine processes each would slow each other down
  mesh: {
    budget: 380,
    about: 'the whole mesh in nine processes on Kafka, Redis, OpenSearch and S3',
    tiers: ['e2e'],
    env: { MESH_E2E: 'servers' },
    // `npm test` covers what concerns only the single process
    args: ['--runInBand', '--testPathIgnorePatterns', '(start|operators|lost-index|pm2)\\.e2e'],
  },
  dynamodb: {
    budget: 90,
    about: 'the same with the catalogue in DynamoDB',
    tiers: ['e2e'],
    env: { MESH_E2E: 'servers', MESH_E2E_CATALOG: 'dynamodb' },
    args: ['--runInBand', '--testPathPatterns', '(walk|find|announce)\\.e2e'],
  },
  drills: {
    budget: 550,
    about: 'faults: servers and services killed, frozen and brought back',
    tiers: ['drills'],
    args: ['--runInBand'],
  },
};

await main(async () => {
  const chosen = process.argv.slice(2);
  const unknown = chosen.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Failure(`There is no part ${unknown}: ${Object.keys(parts).join(', ')}`);
  const tally = new Tally();
  const took: (readonly [name: string, seconds: number, budget: number])[] = [];
  const servers = await step('servers: they are downloaded and started', () =>
    runProgram([join(root, 'dist/tools/servers/main.js'), 'start', 'all']),
  );
  took.push(['servers', servers.seconds, SERVERS_BUDGET]);
  if (servers.code !== 0) throw new Failure('Not all servers could be started.');
  const { test } = readServerEnvironment();
  for (const [name, { tiers, about, budget, args = [], env }] of Object.entries(parts)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    const { code, seconds } = await step(`${name}: ${about}`, () =>
      tally.run(tiers, { args, env: { ...process.env, ...test, ...env } }),
    );
    took.push([name, seconds, budget]);
    if (code > 128) return code; // interrupted
  }
  console.log('\npart        took    of');
  for (const [name, seconds, budget] of took) {
    const figures = `${seconds.toFixed(0).padStart(4)} s ${String(budget).padStart(4)} s`;
    console.log(`${name.padEnd(10)} ${figures}${seconds > budget ? '  over its share' : ''}`);
  }
  return tally.close();
});
