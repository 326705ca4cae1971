/** DynamoDB Local, bound to loopback by dynamodb/DynamoDbServer.java. */
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installJavaServer, needJava, readPomVersion } from './java.js';
import { answers } from './readiness.js';
import type { Server } from './server.js';

/** The minimum Java version. */
const minimum = 17;

export const dynamodb: Server = {
  name: 'dynamodb',
  version: readPomVersion('dynamodb'),
  configuredBy: 'DYNAMODB_ENDPOINT',
  ports: { http: {} },
  program: 'java',
  address: ({ ports }) => `http://127.0.0.1:${ports['http']}`,
  async prepare({ folder, ports, say }) {
    const java = needJava(minimum);
    const installed = await installJavaServer({ name: 'dynamodb', java, minimum, launcher: 'DynamoDbServer', say });
    const data = join(folder, 'data/'); // DynamoDB Local does not create it
    mkdirSync(data, { recursive: true });
    return {
      program: join(java.home, 'bin/java'),
      args: [
        '-Xmx256m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '--enable-native-access=ALL-UNNAMED',
        `-Dsqlite4java.library.path=${join(installed, 'libs')}`,
        '-DDDBLOCAL_TELEMETRY=0',
        '-cp',
        [join(installed, 'classes'), join(installed, 'libs/*')].join(delimiter),
        'DynamoDbServer',
        '-dbPath',
        data,
        '-sharedDb',
        '-disableTelemetry',
        '-port',
        String(ports['http']),
      ],
    };
  },
  // a running server rejects an unsigned request with 400
  isReady: ({ ports }) => answers(`http://127.0.0.1:${ports['http']}/`, [400]),
  // without CATALOG_STORE and LIMIT_STORE: by default the mesh uses PostgreSQL and Redis
  variables: ({ ports }) => ({
    DYNAMODB_ENDPOINT: `http://127.0.0.1:${ports['http']}`,
    DYNAMODB_REGION: 'us-east-1',
    DYNAMODB_ACCESS_KEY_ID: 'local',
    DYNAMODB_SECRET_ACCESS_KEY: 'local',
  }),
};
