/** Installs the packages of package-lock.json that node_modules lacks. Runs on Node 20 without any package. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STEP_MS = 20_000;

/** A failure that one line explains. */
export class Failure extends Error {}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The last installation by this program: `{ lock, set }`, where `set` is 'production' or 'all'. */
function readStamp(file) {
  try {
    return readJson(file);
  } catch {
    return undefined; // missing or damaged: npm's own record decides
  }
}

/** Whether npm's record in node_modules has every package of the lock file that the set needs. */
function isComplete(root, set) {
  const note = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(note)) return false;
  let installed;
  try {
    installed = readJson(note).packages ?? {};
  } catch {
    return false; // damaged: npm was killed while writing
  }
  return Object.entries(readJson(join(root, 'package-lock.json')).packages).every(([path, wanted]) => {
    // npm leaves out optional packages of other platforms
    if (path === '' || wanted.optional || wanted.devOptional || wanted.link) return true;
    if (set === 'production' && wanted.dev) return true;
    return installed[path]?.version === wanted.version && existsSync(join(root, path, 'package.json'));
  });
}

/** Installs the set of the lock file if it is missing, and reports progress. Throws {@link Failure} when npm fails. */
export async function ensureInstalled(root, set, say, signal) {
  const stampFile = join(root, 'node_modules/.mediamesh.json');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = readStamp(stampFile);
  if (stamp?.lock === lock && (stamp.set === 'all' || stamp.set === set)) return;
  if (!isComplete(root, set)) {
    // `npm ci` empties node_modules first, and a mesh or PostgreSQL that runs from it would lose its files for a minute
    const adds = set === 'all' && isComplete(root, 'production');
    say(
      adds
        ? 'Adding the development tools (about half a minute) …'
        : set === 'all'
          ? 'Installing all packages, development tools included (about two minutes) …'
          : 'Installing packages (about a minute) …',
    );
    const how = adds ? ['install', '--no-save'] : ['ci'];
    await runNpm(
      root,
      [...how, set === 'all' ? '--include=dev' : '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'],
      say,
      signal,
    );
  }
  writeFileSync(
    stampFile,
    JSON.stringify({ lock, set: set === 'production' && isComplete(root, 'all') ? 'all' : set }),
  );
}

function runNpm(root, args, say, signal) {
  const started = Date.now();
  // an npm script gives the path of its npm, which need not be on the PATH
  const npm = process.env.npm_execpath;
  const [program, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...before, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], signal });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-100_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const progress = setInterval(
      () => say(`… still installing (${Math.round((Date.now() - started) / 1000)} s)`),
      STEP_MS,
    );
    child.once('error', (error) => {
      clearInterval(progress);
      reject(new Failure(`The packages could not be installed: npm cannot be run (${error.message})`));
    });
    child.once('close', (code) => {
      clearInterval(progress);
      if (code === 0) {
        say(`Installed in ${Math.round((Date.now() - started) / 1000)} s`);
        resolve();
      } else reject(new Failure(`The packages could not be installed: ${explainNpm(output, code)}`));
    });
  });
}

/** The first line of npm's error output that is a sentence. */
function explainNpm(output, code) {
  if (/ENOSPC/.test(output)) return 'the disk is full';
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('npm error'))
    .map((line) => line.slice('npm error'.length).trim());
  const telling = lines.filter(
    (line) => line !== '' && !/^(code|syscall|errno|path|dest|type|A complete log)\b/.test(line),
  );
  return telling[0] ?? lines[0] ?? `npm ended with code ${code}`;
}
