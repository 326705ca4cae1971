/**
 * docker-compose.yml as data: by Compose itself where it can be had, else by a YAML reader, with the variables filled
 * in by us.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const COMPOSE = { module: 'github.com/docker/compose/v2', version: 'v2.40.3' };
const PLENTY = { maxBuffer: 16 * 1024 * 1024 };

const cache = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mediamesh');
const built = () => join(cache(), `docker-compose-${COMPOSE.version}`);

/** A command of Compose v2 that runs here, as words; `undefined` when there is none. */
export async function findCompose() {
  for (const words of [['docker', 'compose'], ['docker-compose'], [built()]]) {
    const [program, ...before] = words;
    const version = await run(program, [...before, 'version', '--short']).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
    if (/^v?[2-9]\./.test(version)) return { words, version };
  }
  return undefined;
}

/** Builds Compose from its module into the cache: Go must be there, and takes a few minutes. */
export async function buildCompose(say) {
  say(`Building Compose ${COMPOSE.version} from its Go module (some minutes) …`);
  const folder = mkdtempSync(join(tmpdir(), 'mediamesh-compose-'));
  const go = (...args) =>
    run('go', args, { cwd: folder, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' }, ...PLENTY });
  try {
    const { stdout } = await go('mod', 'download', '-json', `${COMPOSE.module}@${COMPOSE.version}`);
    // its own versions and replacements hold only in a main module, so ours begins as a copy of its file
    const own = readFileSync(JSON.parse(stdout).GoMod, 'utf8').replace(
      /^module .*$/m,
      'module mediamesh.local/compose',
    );
    writeFileSync(join(folder, 'go.mod'), own);
    await go('mod', 'edit', '-require', `${COMPOSE.module}@${COMPOSE.version}`);
    await go(
      'build',
      '-trimpath',
      '-ldflags',
      `-w -X ${COMPOSE.module}/internal.Version=${COMPOSE.version}`,
      '-o',
      'docker-compose',
      `${COMPOSE.module}/cmd`,
    );
    mkdirSync(cache(), { recursive: true });
    writeFileSync(`${built()}.${process.pid}`, readFileSync(join(folder, 'docker-compose')), { mode: 0o755 });
    renameSync(`${built()}.${process.pid}`, built());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What Compose makes of the file with the variables of `environmentFile`. Rejects with its own words when it refuses.
 */
export async function readByCompose({ words: [program, ...before] }, root, environmentFile, profiles = []) {
  const args = [
    ...before,
    '-f',
    join(root, 'docker-compose.yml'),
    '--env-file',
    environmentFile,
    ...profiles.flatMap((name) => ['--profile', name]),
  ];
  // variables of this shell must not fill in what the file ought to demand
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const { stdout } = await run(program, [...args, 'config', '--format', 'json'], { cwd: root, env, ...PLENTY });
  return JSON.parse(stdout);
}

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as Compose fills them in; throws the message. */
export function fillIn(text, variables) {
  return text.replace(/\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}/g, (_whole, name, kind, rest) => {
    if (variables[name]) return variables[name];
    if (kind === '?') throw new Error(`${name}: ${rest}`);
    return kind === '-' ? rest : '';
  });
}

const READER = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)';

/** The same without Compose: `undefined` when this machine has no reader of YAML (Python's). */
export async function readByYaml(root, variables) {
  const filled = fillIn(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), variables);
  if (
    !(await run('python3', ['-c', 'import yaml']).then(
      () => true,
      () => false,
    ))
  )
    return undefined;
  const reading = run('python3', ['-c', READER], PLENTY);
  reading.child.stdin.end(filled);
  return JSON.parse((await reading).stdout);
}

/** Whether Go is there to build Compose with. */
export const hasGo = () => (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, 'go')));
