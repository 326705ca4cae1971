/**
 * Java programs from Maven: a Java that is new enough, their libraries, a launcher of our own compiled against them.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../install.mjs';
import { cacheFolder, ensureCached } from './cache.mjs';
import { findProgram, needProgram, run } from './commands.mjs';
import { withLock } from './lock.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const readHere = (path) => readFileSync(here(path), 'utf8');
const list = (folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);

/**
 * A Java development kit: `{ home, version, major }`, from the note that every one carries; undefined when it is none.
 */
function readJava(home) {
  const note = join(home, 'release');
  if (!existsSync(note) || !existsSync(join(home, 'bin/javac'))) return undefined;
  const version = readFileSync(note, 'utf8').match(/^JAVA_VERSION="([^"]+)"/m)?.[1];
  return version && { home, version, major: Number.parseInt(version.replace(/^1\./, ''), 10) };
}

/** Every Java development kit of this machine, newest first. */
export function findJavas() {
  const onPath = findProgram('java');
  const homes = [
    ...(process.env.JAVA_HOME ? [process.env.JAVA_HOME] : []),
    ...(onPath ? [dirname(dirname(realpathSync(onPath)))] : []),
    ...list('/usr/lib/jvm'),
    ...list('/Library/Java/JavaVirtualMachines').map((folder) => join(folder, 'Contents/Home')),
  ];
  return homes
    .map(readJava)
    .filter(Boolean)
    .sort((one, other) => other.major - one.major);
}

/** The newest Java of at least that major version; without one a {@link Failure} that says what to install. */
export function needJava(major, javas = findJavas()) {
  if (javas[0]?.major >= major) return javas[0];
  const found = javas.length > 0 ? `the newest found is ${javas[0].version} (${javas[0].home})` : 'none was found';
  throw new Failure(`needs a Java development kit, version ${major} or newer; ${found}: install one and set JAVA_HOME`);
}

/** The exact version of the server that a pom file fetches: its own. */
export const readPomVersion = (name) => readHere(`${name}/pom.xml`).match(/<version>([^<]+)<\/version>/)[1];

/**
 * The folder with the server's libraries in `libs/` and, when it has a launcher (a class beside the pom file), its
 * compiled code in `classes/`.
 */
export function installJavaServer({ name, java, minimum, launcher, say }) {
  const sources = [`${name}/pom.xml`, ...(launcher ? [`${name}/${launcher}.java`] : [])];
  return ensureCached({
    name: `${name}-${readPomVersion(name)}`,
    recipe: sources.map(readHere),
    say,
    make: async (folder) => {
      const mvn = needProgram('mvn', 'install Maven (on Debian: apt-get install maven)');
      say('fetching it with Maven');
      mkdirSync(join(folder, 'libs'));
      // Maven's own store of downloads does not bear two that fill it at once.
      await withLock(join(cacheFolder(), 'maven.lock'), () =>
        run(
          mvn,
          [
            '-q',
            '-B',
            '-f',
            here(`${name}/pom.xml`),
            'dependency:copy-dependencies',
            `-DoutputDirectory=${join(folder, 'libs')}`,
            '-DincludeScope=runtime',
          ],
          {
            cwd: folder,
            env: { ...process.env, JAVA_HOME: java.home },
            what: 'Maven',
          },
        ),
      );
      if (!launcher) return;
      // For the oldest Java that runs the server, whichever compiles it: the folder outlives a change of Java.
      await run(
        join(java.home, 'bin/javac'),
        [
          '--release',
          String(minimum),
          '-proc:none',
          '-nowarn',
          '-d',
          join(folder, 'classes'),
          '-cp',
          join(folder, 'libs/*'),
          here(`${name}/${launcher}.java`),
        ],
        {
          what: `Compiling ${launcher}.java`,
        },
      );
    },
  });
}
