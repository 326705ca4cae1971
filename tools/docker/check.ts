import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '#launch';
import { forgetEmbeddedPostgres } from '@mediamesh/postgres/embedded';
import { apps } from '../generate/apps.js';
import { checkCompose } from './check-compose.js';
import { findEngine, walkImages } from './images.js';
import { COMMAND_LINE } from './prune.js';
import { makeMissing } from './secrets.js';
import { findStartFailures, pruneInto } from './start-pruned.js';

/**
 * `npm run docker -- check`: checks docker-compose.yml, starts each app from its pruned folder, and builds the images
 * if a Docker engine is available and `withImages` is set. Returns the exit code.
 */
export async function check({ withImages }: { readonly withImages: boolean }): Promise<number> {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const variables = makeMissing(text, {});
  const names = [...apps.map(({ name }) => name), COMMAND_LINE];
  const folder = mkdtempSync(join(tmpdir(), 'mediamesh-docker-'));
  chmodSync(folder, 0o755); // PostgreSQL runs as another user when root runs the check
  try {
    const { model, mistakes: composeMistakes } = checkCompose(text, variables, apps);
    console.log(`docker-compose.yml  ${verdict(composeMistakes)} by the published Compose schema and by our rules`);
    const pruned = names.map((name) => pruneInto(root, name, folder));
    console.log(`\n${'app'.padEnd(20)}${'files'.padStart(7)}${'packages'.padStart(10)}${'on disk'.padStart(10)}`);
    for (const { app, plan, bytes } of pruned) {
      const counts = `${String(plan.files.length).padStart(7)}${String(plan.packages.length).padStart(10)}`;
      console.log(`${app.padEnd(20)}${counts}${`${(bytes / 1e6).toFixed(0)} MB`.padStart(10)}`);
    }
    const failures = await findStartFailures(pruned, model, folder);
    console.log(
      `\npruned apps         ${verdict(failures)}: each started with ${process.version}, was ready but for ` +
        'brokers, and stopped in order',
    );
    const imageMistakes = await checkImages(withImages, names, folder, variables);
    const mistakes = [...composeMistakes, ...failures, ...imageMistakes];
    for (const mistake of mistakes) console.error(mistake);
    console.log(mistakes.length === 0 ? '\nAll right.' : `\n${mistakes.length} mistakes.`);
    return mistakes.length === 0 ? 0 : 1;
  } finally {
    await forgetEmbeddedPostgres(join(folder, 'postgres'));
    rmSync(folder, { recursive: true, force: true });
  }
}

const verdict = (mistakes: readonly string[]): string => (mistakes.length === 0 ? 'right' : 'WRONG');

async function checkImages(
  withImages: boolean,
  names: readonly string[],
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<string[]> {
  const engine = withImages ? await findEngine() : { reason: '--no-images' };
  if ('reason' in engine) {
    console.log(`images              NOT built, no Docker engine was used: ${engine.reason}`);
    return [];
  }
  const environmentFile = join(folder, 'variables');
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(environmentFile, lines.join(''), { mode: 0o600 });
  const mistakes = await walkImages(root, names, environmentFile);
  console.log(`images              ${verdict(mistakes)}: built and walked up and down by Docker ${engine.version}`);
  return mistakes;
}
