/** Installs Java servers: finds a suitable Java, fetches libraries with Maven, and compiles a launcher against them. */
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure, root } from '#launch';
import { cacheFolder, ensureCached } from './downloads.js';
import { withLock } from './lock.js';
import { findProgram, needProgram, run } from './programs.js';
import type { Say } from './server.js';

const here = (path: string): string => join(root, 'tools/servers', path);
const readHere = (path: string): string => readFileSync(here(path), 'utf8');
const list = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

/** A Java development kit. */
export interface Java {
  readonly home: string;
  readonly version: string;
  readonly major: number;
}

/** Reads the JDK's `release` file; undefined when the folder has no JDK. */
function readJava(home: string): Java | undefined {
  const note = join(home, 'release');
  if (!existsSync(note) || !existsSync(join(home, 'bin/javac'))) return undefined;
  const version = readFileSync(note, 'utf8').match(/^JAVA_VERSION="([^"]+)"/m)?.[1];
  return version ? { home, version, major: Number.parseInt(version.replace(/^1\./, ''), 10) } : undefined;
}

/** All JDKs of this machine, newest first. */
function findJavas(): Java[] {
  const onPath = findProgram('java');
  const homes = [
    ...(process.env['JAVA_HOME'] ? [process.env['JAVA_HOME']] : []),
    ...(onPath ? [dirname(dirname(realpathSync(onPath)))] : []),
    ...list('/usr/lib/jvm'),
    ...list('/Library/Java/JavaVirtualMachines').map((folder) => join(folder, 'Contents/Home')),
  ];
  return homes
    .map(readJava)
    .filter((java) => java !== undefined)
    .sort((one, other) => other.major - one.major);
}

/** The newest JDK. Throws {@link Failure} with advice when it is older than `major` or missing. */
export function needJava(major: number, [newest]: readonly Java[] = findJavas()): Java {
  if (newest && newest.major >= major) return newest;
  const found = newest ? `the newest found is ${newest.version} (${newest.home})` : 'none was found';
  throw new Failure(`needs a Java development kit, version ${major} or newer; ${found}: install one and set JAVA_HOME`);
}

/** The version in a pom file, which is that of the server. */
export const readPomVersion = (name: string): string =>
  readHere(`${name}/pom.xml`).match(/<version>([^<]+)<\/version>/)?.[1] ?? '';

interface JavaServer {
  readonly name: string;
  readonly java: Java;
  /** The minimum Java version. The launcher is compiled for it, because the folder outlives a change of the JDK. */
  readonly minimum: number;
  /** A class beside the pom file. */
  readonly launcher?: string;
  readonly say: Say;
}

/** The folder with the server's libraries in `libs/` and its compiled launcher, if there is one, in `classes/`. */
export function installJavaServer({ name, java, minimum, launcher, say }: JavaServer): Promise<string> {
  const sources = [`${name}/pom.xml`, ...(launcher ? [`${name}/${launcher}.java`] : [])];
  const make = async (folder: string): Promise<void> => {
    const mvn = needProgram('mvn', 'install Maven (on Debian: apt-get install maven)');
    say('fetching it with Maven');
    const libs = join(folder, 'libs');
    mkdirSync(libs);
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${libs}`, '-DincludeScope=runtime'];
    // concurrent downloads can corrupt Maven's local repository
    await withLock(join(cacheFolder(), 'maven.lock'), () =>
      run(mvn, ['-q', '-B', '-f', here(`${name}/pom.xml`), ...goal], {
        cwd: folder,
        env: { ...process.env, JAVA_HOME: java.home },
        what: 'Maven',
      }),
    );
    if (!launcher) return;
    const options = ['--release', String(minimum), '-proc:none', '-nowarn', '-d', join(folder, 'classes')];
    await run(join(java.home, 'bin/javac'), [...options, '-cp', join(libs, '*'), here(`${name}/${launcher}.java`)], {
      what: `Compiling ${launcher}.java`,
    });
  };
  return ensureCached({ name: `${name}-${readPomVersion(name)}`, recipe: sources.map(readHere), say, make });
}

// no shutdown hook: the last lines of the log show whether the stop was graceful
const logSettings = `status=error
shutdownHook=disable
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c{1} %m%n
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
logger.start.name=kafka.server.KafkaRaftServer
logger.start.level=info
logger.node.name=org.opensearch.node.Node
logger.node.level=info
`;

/** Writes a log4j2 configuration with warnings and start-up messages on the console. Returns its path. */
export function writeLogSettings(folder: string): string {
  const file = join(folder, 'log4j2.properties');
  writeFileSync(file, logSettings);
  return file;
}
