/** Runs Jest over tiers of tests and adds up what passed, for the commands that test. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runProgram } from './launch.mjs';

function readTotals(file) {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  console.error('Jest ended before it could say what passed.');
  return { passed: 0, failed: 1, skipped: [] };
}

/** A step under a headline with its time; answers `{ code, seconds }`. */
export async function step(headline, work) {
  console.log(`\n── ${headline}`);
  const started = performance.now();
  const code = await work();
  const seconds = (performance.now() - started) / 1000;
  console.log(`── ${headline}: ${code === 0 ? 'passed' : `failed (exit code ${code})`} in ${seconds.toFixed(1)} s`);
  return { code, seconds };
}

/** Adds up the totals of several runs of Jest. */
export class Tally {
  #folder = mkdtempSync(join(tmpdir(), 'mediamesh-totals-'));
  #runs = 0;
  #failures = [];
  passed = 0;
  failed = 0;
  skipped = [];

  /** Runs tiers; answers Jest's exit code. */
  async run(tiers, { args = [], env = process.env } = {}) {
    const file = join(this.#folder, `${this.#runs++}.json`);
    const code = await runProgram(
      [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        join(root, 'node_modules/jest/bin/jest.js'),
        ...args,
        '--reporters=default',
        `--reporters=${join(root, 'tools/jest-reporter.mjs')}`,
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

  /** Something besides a test failed. */
  fail(what) {
    this.failed += 1;
    this.#failures.push(what);
  }

  /** The closing lines; answers the exit code. */
  close() {
    rmSync(this.#folder, { recursive: true, force: true });
    console.log('');
    for (const name of this.skipped) console.log(`skipped: ${name}`);
    for (const what of this.#failures) console.log(`failed: ${what}`);
    if (this.passed === 0) console.log('No test ran.');
    console.log(`${this.passed} passed, ${this.failed} failed, ${this.skipped.length} skipped`);
    return this.failed > 0 || this.passed === 0 ? 1 : 0;
  }
}
