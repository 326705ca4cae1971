/** Runs Jest over test tiers and adds up the results. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runProgram } from '#launch';

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

function readTotals(file: string): Totals {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Totals;
  console.error('Jest ended before it could say what passed.');
  return { passed: 0, failed: 1, skipped: [] };
}

/** Runs a step and prints a headline with its time. */
export async function step(
  headline: string,
  work: () => Promise<number>,
): Promise<{ readonly code: number; readonly seconds: number }> {
  console.log(`\n── ${headline}`);
  const started = performance.now();
  const code = await work();
  const seconds = (performance.now() - started) / 1000;
  console.log(`── ${headline}: ${code === 0 ? 'passed' : `failed (exit code ${code})`} in ${seconds.toFixed(1)} s`);
  return { code, seconds };
}

export class Tally {
  private readonly folder = mkdtempSync(join(tmpdir(), 'mediamesh-totals-'));
  private readonly failures: string[] = [];
  private readonly skipped: string[] = [];
  private runs = 0;
  private passed = 0;
  private failed = 0;

  /** Runs test tiers and returns Jest's exit code. */
  async run(
    tiers: readonly string[],
    { args = [], env = process.env }: { args?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
  ): Promise<number> {
    const file = join(this.folder, `${this.runs++}.json`);
    const code = await runProgram(
      [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        join(root, 'node_modules/jest/bin/jest.js'),
        ...args,
        '--reporters=default',
        `--reporters=${join(root, 'dist/tools/test/reporter.js')}`,
        '--selectProjects',
        ...tiers,
      ],
      { env: { ...env, MESH_TEST_TOTALS: file } },
    );
    const { passed, failed, skipped } = readTotals(file);
    this.passed += passed;
    this.failed += failed;
    this.skipped.push(...skipped);
    if (code !== 0 && failed === 0) this.fail(`${tiers.join(', ')}: Jest ended with ${code}`);
    return code;
  }

  /** Records a failure other than that of a test. */
  fail(what: string): void {
    this.failed += 1;
    this.failures.push(what);
  }

  /** Prints the totals and returns the exit code. */
  close(): number {
    rmSync(this.folder, { recursive: true, force: true });
    console.log('');
    for (const name of this.skipped) console.log(`skipped: ${name}`);
    for (const what of this.failures) console.log(`failed: ${what}`);
    if (this.passed === 0) console.log('No test ran.');
    console.log(`${this.passed} passed, ${this.failed} failed, ${this.skipped.length} skipped`);
    return this.failed > 0 || this.passed === 0 ? 1 : 0;
  }
}
