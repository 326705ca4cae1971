/**
 * `npm run docker -- check`: the pruned apps, docker-compose.yml and the images; says what each was proved with. Runs
 * on Node 26, with everything built.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkCompose } from './check-compose.mjs';
import { checkImages } from './check-images.mjs';
import { checkPruned } from './check-pruning.mjs';
import { COMMAND_LINE, readAppPorts, workspaceRoot } from './prune.mjs';

const { values } = parseArgs({
  options: {
    'build-compose': { type: 'boolean' },
    'no-images': { type: 'boolean' },
    image: { type: 'string', multiple: true },
  },
});
const say = (line) => console.log(line);
const megabytes = (bytes) => (bytes === undefined ? '' : `${(bytes / 1e6).toFixed(0)} MB`);

const names = Object.keys(await readAppPorts());
// beside the workspace, not in it: a package that is missing must not be found in the workspace's node_modules
const folder = mkdtempSync(join(tmpdir(), 'mediamesh-pruned-'));
try {
  const pruned = [];
  for (const app of [...names, COMMAND_LINE])
    pruned.push(await checkPruned(workspaceRoot, app, folder, process.execPath));
  const compose = await checkCompose(workspaceRoot, names, { build: values['build-compose'], say });
  const chosen = pruned.filter(
    ({ app, mistakes }) => mistakes.length === 0 && (!values.image || values.image.includes(app)),
  );
  const images = values['no-images']
    ? { mistakes: [], how: 'NOT built: --no-images', sizes: new Map() }
    : await checkImages(workspaceRoot, chosen, names, process.execPath, say);
  say(
    `\n${'app'.padEnd(20)}${'files'.padStart(7)}${'packages'.padStart(10)}${'on disk'.padStart(10)}${'image'.padStart(10)}`,
  );
  for (const { app, files, packages, bytes } of pruned)
    say(
      `${app.padEnd(20)}${String(files).padStart(7)}${String(packages).padStart(10)}${megabytes(bytes).padStart(10)}${megabytes(images.sizes.get(app)).padStart(10)}`,
    );
  const bad = pruned.filter((one) => one.mistakes.length > 0).length;
  say(
    `\npruned apps         ${bad === 0 ? `each started with ${process.version}` : `${bad} do not start`} from a folder of its own`,
  );
  say(`docker-compose.yml  ${compose.how}`);
  say(`images              ${images.how}`);
  const mistakes = [...pruned.flatMap((one) => one.mistakes), ...compose.mistakes, ...images.mistakes];
  for (const mistake of mistakes) console.error(mistake);
  say(mistakes.length === 0 ? '\nAll right.' : `\n${mistakes.length} mistakes.`);
  process.exitCode = mistakes.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
