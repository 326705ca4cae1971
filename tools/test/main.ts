/** `npm test`: the checks, then all test tiers that need no server. Prints skipped tests. Arguments go to Jest. */
import { join } from 'node:path';
import { main, root, runProgram } from '#launch';
import { step, Tally } from './tally.js';

const TIERS = ['unit', 'db', 'e2e'];

await main(async () => {
  const tally = new Tally();
  const check = await step('check: types, lint, generated files', () =>
    runProgram([join(root, 'dist/tools/check/main.js')]),
  );
  if (check.code > 128) return check.code; // interrupted
  if (check.code !== 0) tally.fail('check');
  await step(`tests: ${TIERS.join(', ')}`, () => tally.run(TIERS, { args: process.argv.slice(2) }));
  return tally.close();
});
