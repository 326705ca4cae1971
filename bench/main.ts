import { parseArgs } from 'node:util';
import { type Bench, type Measurement, type Row, Skipped, verdictOf } from './row.js';
import { measureFolding } from './rows/folding.js';
import { measureFreshness, measureFreshnessOnServers } from './rows/freshness.js';
import { measureGateway } from './rows/gateway.js';
import { measureImport } from './rows/import.js';
import { measureNineProcesses } from './rows/nine-processes.js';
import { measureOpenSearch } from './rows/opensearch.js';
import { measurePatch } from './rows/patch.js';
import { measureOtherBuild } from './rows/other-build.js';
import { measureRelay } from './rows/relay.js';
import { measureRelevance } from './rows/relevance.js';
import { measureSearch } from './rows/search.js';
import { measureDynamoCatalogue, measureRedisLimits } from './rows/shared-stores.js';
import { measureColdStart, measureStart } from './rows/start.js';
import { formatTable } from './table.js';

const measurements: Readonly<Record<string, Measurement>> = {
  folding: measureFolding,
  start: measureStart,
  freshness: measureFreshness,
  import: measureImport,
  patch: measurePatch,
  gateway: measureGateway,
  search: measureSearch,
  relevance: measureRelevance,
  kafka: measureFreshnessOnServers,
  relay: measureRelay,
  redis: measureRedisLimits,
  opensearch: measureOpenSearch,
  dynamodb: measureDynamoCatalogue,
  processes: measureNineProcesses,
  cold: measureColdStart,
  builds: measureOtherBuild,
};
const names = `[${Object.keys(measurements).join('] [')}]`;
const usage = `Usage: npm run bench -- ${names} [--cold] [--against FOLDER] [--rounds N] [--assert]
Without names everything runs, but a cold start only with --cold, and builds only with --against.
--against: a built checkout that this one is compared with. --assert: a figure that misses its must fails the run.`;

process.exitCode = await main(process.argv.slice(2));

/** Returns the exit code: 1 when a measurement failed, or with --assert a figure missed its must. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    console.error(usage);
    return 2;
  }
  const rows: Row[] = [];
  await using started = new AsyncDisposableStack();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      if (rows.length > 0) console.log(`\n${formatTable(rows, options.rounds)}`); // results so far
      void started.disposeAsync().finally(() => process.exit(1));
    });
  }
  const bench: Bench = {
    rounds: options.rounds,
    against: options.against,
    say: (line) => console.error(`  ${line}`),
    keep: (resource) => started.use(resource),
  };
  let failed = false;
  for (const name of options.names) {
    console.error(`${name} …`);
    try {
      rows.push(...((await measurements[name]?.(bench)) ?? []));
    } catch (error) {
      if (error instanceof Skipped) {
        console.error(`  skipped: ${error.message}`);
        continue;
      }
      failed = true;
      console.error(error);
    }
  }
  console.log(`\n${formatTable(rows, options.rounds)}`);
  const missed = rows.filter((row) => verdictOf(row) === 'missed');
  if (options.assert && missed.length > 0) console.error(`\nMissed: ${missed.map(({ what }) => what).join('; ')}`);
  return failed || (options.assert && missed.length > 0) ? 1 : 0;
}

interface Options {
  readonly names: readonly string[];
  readonly rounds: number;
  readonly against: string | undefined;
  readonly assert: boolean;
}

function readOptions(args: readonly string[]): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        cold: { type: 'boolean', default: false },
        assert: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '6' },
        against: { type: 'string' },
      },
    });
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1 || positionals.some((name) => !Object.hasOwn(measurements, name)))
      return undefined;
    const all = Object.keys(measurements).filter(
      (name) => (name !== 'cold' || values.cold) && (name !== 'builds' || values.against !== undefined),
    );
    const named = values.cold && positionals.length > 0 ? [...positionals, 'cold'] : positionals;
    return {
      names: [...new Set(named.length > 0 ? named : all)],
      rounds,
      against: values.against,
      assert: values.assert,
    };
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
