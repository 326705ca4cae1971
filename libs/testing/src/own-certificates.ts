import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPaths } from './environment.js';

const openssl = (args: readonly string[], cwd?: string): string =>
  execFileSync('openssl', args, { cwd, env: readPaths(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** A CA for one test, with a certificate for a server on localhost (by that name only). Files are PEM. */
export interface OwnCertificates {
  readonly folder: string;
  readonly ca: string;
  readonly caFile: string;
  readonly certificateFile: string;
  /** PKCS #8. */
  readonly keyFile: string;
  remove(): Promise<void>;
}

export function canMakeCertificates(): boolean {
  try {
    openssl(['version']);
    return true;
  } catch {
    return false; // Not installed, or not executable.
  }
}

const days = ['-days', '2'];
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Creates them in the system's temporary folder. */
export async function makeCertificates(): Promise<OwnCertificates> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-certificates-'));
  const [caFile, certificateFile, keyFile] = [
    join(folder, 'ca.pem'),
    join(folder, 'server.pem'),
    join(folder, 'server.key'),
  ];
  await writeFile(join(folder, 'extensions'), 'subjectAltName=DNS:localhost\n');
  openssl(
    ['req', '-x509', ...newKey, ...days, '-subj', '/CN=an authority of one test', '-keyout', 'ca.key', '-out', caFile],
    folder,
  );
  openssl(
    ['req', '-new', ...newKey, '-subj', '/CN=a server of one test', '-keyout', keyFile, '-out', 'server.csr'],
    folder,
  );
  openssl(
    [
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      caFile,
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      ...days,
      '-extfile',
      'extensions',
      '-out',
      certificateFile,
    ],
    folder,
  );
  return {
    folder,
    ca: await readFile(caFile, 'utf8'),
    caFile,
    certificateFile,
    keyFile,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
