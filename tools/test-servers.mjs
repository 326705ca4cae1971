/**
 * `npm run test:servers`: what must hold on real servers, after `npm test`. Starts those that are missing, runs each
 * part and prints what it took of its share of the time. `npm run test:servers -- mesh drills` runs only these parts.
 */
import { main, makeReady, root, runProgram } from './launch.mjs';
import { Failure } from './install.mjs';
import { join } from 'node:path';
import { readServerEnvironment } from './servers/environment.mjs';
import { step, Tally } from './test-run.mjs';

/** Seconds, on two cores; with the ten minutes of `npm test` they are 35 minutes. */
const parts = {
  servers: { budget: 80, about: 'the servers are downloaded and started' },
  adapters: { budget: 280, about: 'every contract suite on every adapter', tiers: ['infra'] },
  // one mesh after the other: two of nine processes each would starve one another
  mesh: {
    budget: 480,
    about: 'the whole mesh in nine processes on Kafka, Redis, OpenSearch and S3',
    tiers: ['e2e'],
    env: { MESH_E2E: 'servers' },
    // what is about the one process alone has been tested by npm test
    args: ['--runInBand', '--testPathIgnorePatterns', '(start|operators|lost-index|pm2)\\.e2e'],
  },
  dynamodb: {
    budget: 100,
    about: 'the same with the catalogue in DynamoDB',
    tiers: ['e2e'],
    env: { MESH_E2E: 'servers', MESH_E2E_CATALOG: 'dynamodb' },
    args: ['--runInBand', '--testPathPatterns', '(walk|find|announce)\\.e2e'],
  },
  drills: {
    budget: 560,
    about: 'faults: servers and services killed, frozen and brought back',
    tiers: ['drills'],
    args: ['--runInBand'],
  },
};

await main(async () => {
  const chosen = process.argv.slice(2);
  const unknown = chosen.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Failure(`There is no part ${unknown}: ${Object.keys(parts).join(', ')}`);
  await makeReady({ set: 'all' });
  const tally = new Tally();
  const took = [];
  const servers = await step(`servers: ${parts.servers.about}`, () =>
    runProgram([join(root, 'tools/servers.mjs'), 'start', 'all']),
  );
  took.push(['servers', servers.seconds]);
  if (servers.code !== 0) throw new Failure('Not all servers could be started.');
  const { test } = readServerEnvironment();
  for (const [name, { tiers, about, args, env }] of Object.entries(parts)) {
    if (!tiers || (chosen.length > 0 && !chosen.includes(name))) continue;
    const { code, seconds } = await step(`${name}: ${about}`, () =>
      tally.run(tiers, { args, env: { ...process.env, ...test, ...env } }),
    );
    took.push([name, seconds]);
    if (code > 128) return code; // interrupted
  }
  console.log('\npart        took    of');
  for (const [name, seconds] of took)
    console.log(
      `${name.padEnd(10)} ${seconds.toFixed(0).padStart(4)} s ${String(parts[name].budget).padStart(4)} s${seconds > parts[name].budget ? '  over its share' : ''}`,
    );
  return tally.close();
});
