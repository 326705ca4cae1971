/**
 * `npm test`: everything that must hold, on a bare machine: the check (types, lint, generated files), then every tier of
 * tests. Ends with the skipped tests and their reasons, and one line of totals. Arguments go to Jest.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main, makeReady, root, runProgram } from './launch.mjs';

const TIERS = ['unit', 'db', 'e2e'];

async function step(headline, work) {
  console.log(`\n── ${headline}`);
  const started = performance.now();
  const code = await work();
  console.log(`── ${headline}: ${code === 0 ? 'passed' : `failed (exit code ${code})`} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return code;
}

function readTotals(file) {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  console.error('Jest ended before it could say what passed.');
  return { passed: 0, failed: 1, skipped: [] };
}

await main(async () => {
  await makeReady({ set: 'all' });
  const folder = mkdtempSync(join(tmpdir(), 'mediamesh-totals-'));
  try {
    const file = join(folder, 'totals.json');
    const check = join(root, 'tools/check.mjs');
    const checkCode = existsSync(check) ? await step('check: types, lint, generated files', () => runProgram([check])) : 0;
    if (checkCode > 128) return checkCode; // interrupted
    const testCode = await step(`tests: ${TIERS.join(', ')}`, () =>
      runProgram([
        '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(root, 'node_modules/jest/bin/jest.js'), ...process.argv.slice(2),
        '--reporters=default', `--reporters=${join(root, 'tools/jest-reporter.mjs')}`, '--selectProjects', ...TIERS,
      ], { env: { ...process.env, MESH_TEST_TOTALS: file } }),
    );
    const { passed, failed, skipped } = readTotals(file);
    console.log('');
    for (const name of skipped) console.log(`skipped: ${name}`);
    if (checkCode !== 0) console.log('failed: check');
    const failures = failed + (checkCode === 0 ? 0 : 1);
    if (passed === 0) console.log('No test ran.');
    console.log(`${passed} passed, ${failures} failed, ${skipped.length} skipped`);
    return failures > 0 || passed === 0 || testCode !== 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
