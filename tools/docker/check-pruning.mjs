/** Prunes every app into a folder of its own outside the workspace and proves that it starts from there. */
import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND_LINE, pruneApp } from './prune.mjs';

/** What an image may add to its base. */
export const LARGEST_BYTES = 350 * 1024 * 1024;
const LONGEST_MS = 20_000;
/** Large packages of one app. The command line, which prepares what all apps stand on, has them too. */
const ONLY_IN = {
  '@aws-sdk/client-s3': 'media-service',
  '@opensearch-project/opensearch': 'search-service',
  '@node-rs/argon2': 'auth-service',
};

const sizeOf = (folder) =>
  readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(path) : Math.ceil(statSync(path).size / 4096) * 4096);
  }, 0);

/**
 * Runs Node without any variable, in a folder that is not the workspace: nothing of the workspace can be found from
 * there.
 */
const runBare = (node, args, cwd) =>
  new Promise((resolve) => {
    execFile(node, args, { cwd, env: {}, timeout: LONGEST_MS }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });

/** An app without configuration must come as far as saying what it wants: by then all its modules are loaded. */
export const saysWhatItWants = ({ code, output }, app) =>
  app === COMMAND_LINE
    ? code === 0 && output.includes('command line of MediaMesh')
    : code === 1 && output.startsWith('The configuration is wrong:');

/**
 * Prunes one app into `<folder>/<app>`: `{ app, folder, bytes, files, packages, mistakes }`; with a mistake, `folder`
 * is no proof of anything.
 */
export async function checkPruned(root, app, folder, node) {
  const own = join(folder, app);
  const plan = await pruneApp(root, app, own, { link: true }).catch((error) => error);
  if (plan instanceof Error)
    return {
      app,
      folder: own,
      bytes: 0,
      files: 0,
      packages: 0,
      mistakes: [`${app}: cannot be pruned: ${plan.message}`],
    };
  const { files, packages, specifiers } = plan;
  const mistakes = Object.entries(ONLY_IN).flatMap(([name, owner]) =>
    ![owner, COMMAND_LINE].includes(app) && packages.includes(`node_modules/${name}`)
      ? [`${app}: holds ${name}, which only ${owner} needs`]
      : [],
  );
  const bytes = sizeOf(own);
  if (bytes > LARGEST_BYTES) mistakes.push(`${app}: ${Math.round(bytes / 1e6)} MB are too many`);
  const start = await runBare(node, ['main.mjs'], own);
  if (!saysWhatItWants(start, app))
    mistakes.push(
      `${app}: does not start from its pruned folder: ${start.output.trim().split('\n').slice(0, 8).join(' | ')}`,
    );
  // those too that are loaded only when they are used
  const code = specifiers.map((name) => `await import(${JSON.stringify(name)});`).join('\n');
  const load = await runBare(node, ['--input-type=module', '-e', code], own);
  if (load.code !== 0)
    mistakes.push(`${app}: a package is incomplete: ${load.output.trim().split('\n').slice(0, 8).join(' | ')}`);
  return { app, folder: own, bytes, files: files.length, packages: packages.length, mistakes };
}
