/** `npm run check`: all checks that need no running mesh. Prints a line for each step, then all mistakes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { main, root } from '#launch';
import { checkFiles } from './files.js';
import { checkFolderCircles } from './folder-circles.js';
import { checkManifest } from './manifest.js';
import { checkProjects, type ProjectGraph } from './projects.js';

const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const children = new Set<ChildProcess>();

/** Runs a program with Node 26. Returns its output if it failed, else nothing. */
function run(...args: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' },
    });
    children.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve(code === 0 ? [] : [output.trim() || `ended by ${signal ?? `exit code ${code}`}`]);
    });
  });
}

/** Creates the Nx graph, which lint reads from the cache. */
async function readGraph(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mediamesh-graph-'));
  try {
    const file = join(folder, 'graph.json');
    const mistakes = await run(bin('nx'), 'graph', `--file=${file}`);
    return mistakes.length > 0
      ? mistakes
      : checkProjects((JSON.parse(readFileSync(file, 'utf8')) as { graph: ProjectGraph }).graph);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Step {
  readonly name: string;
  readonly work: () => string[] | Promise<string[]>;
}

/** Two run at a time, the longest first. */
const steps: readonly Step[] = [
  { name: 'lint', work: () => run(bin('eslint'), '.', '--max-warnings=0') },
  { name: 'format', work: () => run(bin('prettier'), '--check', '--cache', '--log-level=warn', '.') },
  { name: 'types', work: () => run(bin('tsc'), '-p', 'tsconfig.json') },
  { name: 'lint proofs', work: () => run(join(root, 'dist/tools/lint/prove.js')) },
  {
    name: 'generated files',
    work: () => run('--enable-source-maps', join(root, 'dist/tools/generate/main.js'), '--check'),
  },
];

async function attempt({ name, work }: Step): Promise<{ name: string; mistake: string }[]> {
  const started = performance.now();
  let mistakes: string[];
  try {
    mistakes = await work();
  } catch (error) {
    mistakes = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  console.log(`${mistakes.length === 0 ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return mistakes.map((mistake) => ({ name, mistake }));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
    process.exit(128 + constants.signals[signal]);
  });
}

await main(async () => {
  const started = performance.now();
  const mistakes = [
    ...(await attempt({ name: 'package versions', work: () => checkManifest(root) })),
    ...(await attempt({ name: 'tracked files', work: () => checkFiles(root) })),
    ...(await attempt({ name: 'folder circles', work: () => checkFolderCircles(root) })),
    ...(await attempt({ name: 'projects', work: readGraph })),
  ];
  const waiting = [...steps];
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) mistakes.push(...(await attempt(step)));
  };
  await Promise.all([lane(), lane()]);
  for (const { name, mistake } of mistakes) console.error(`\n${name}: ${mistake}`);
  const failed = new Set(mistakes.map(({ name }) => name)).size;
  const verdict = failed === 0 ? 'Everything holds' : `${failed} steps failed`;
  console.log(`${verdict} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return mistakes.length === 0 ? 0 : 1;
});
