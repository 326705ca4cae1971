/** The base of the images: the real one where it can be pulled, else one made here from this machine's own files. */
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PULL_MS = 120_000;
export const LOCAL_BASE = 'mediamesh/base:local';

/** The base the Dockerfile names. */
export const readBase = (root) => /^ARG BASE=(\S+)$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))[1];

/** The shared libraries of the system that programs and native modules load. */
function librariesOf(files) {
  const lines = files.flatMap((file) => execFileSync('ldd', [file], { encoding: 'utf8' }).split('\n'));
  return [...new Set(lines.map((line) => /(?:=>\s*)?(\/\S+) \(0x/.exec(line)?.[1]).filter(Boolean))];
}

const nativeModules = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.node'))
    .map((entry) => join(entry.parentPath, entry.name));

/** Makes the least that runs Node: Node, the libraries it loads, a user, and a folder for temporary files. */
async function makeLocalBase(docker, node, folders) {
  const folder = mkdtempSync(join(tmpdir(), 'mediamesh-base-'));
  const put = (from, to) => {
    mkdirSync(join(folder, dirname(to)), { recursive: true });
    copyFileSync(realpathSync(from), join(folder, to));
  };
  try {
    const program = realpathSync(node);
    put(program, '/usr/local/bin/node');
    for (const library of librariesOf([program, ...new Set(folders.flatMap(nativeModules))])) put(library, library);
    for (const name of ['etc', 'home/node']) mkdirSync(join(folder, name), { recursive: true });
    mkdirSync(join(folder, 'tmp'));
    chmodSync(join(folder, 'tmp'), 0o1777); // what is mounted there takes over its mode
    writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0::/root:/none\nnode:x:1000:1000::/home/node:/none\n');
    writeFileSync(join(folder, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
    const tar = spawn('tar', ['-C', folder, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const load = spawn(docker.program, ['import', '-c', 'ENV PATH=/usr/local/bin', '-', LOCAL_BASE], {
      env: docker.environment,
      stdio: [tar.stdout, 'ignore', 'inherit'],
    });
    const code = await new Promise((resolve, reject) => load.once('exit', resolve).once('error', reject));
    if (code !== 0) throw new Error(`the base could not be imported (code ${code})`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `{ base, local }`: the image to build on, and whether it was made here. */
export async function findBase(docker, root, node, folders) {
  const wanted = readBase(root);
  const there = await docker(['image', 'inspect', wanted]).then(
    () => true,
    () => false,
  );
  if (
    there ||
    (await docker(['pull', '--quiet', wanted], { timeout: PULL_MS }).then(
      () => true,
      () => false,
    ))
  )
    return { base: wanted, local: false };
  await makeLocalBase(docker, node, folders);
  return { base: LOCAL_BASE, local: true };
}
