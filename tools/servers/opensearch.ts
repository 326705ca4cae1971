/** One OpenSearch node, run from its published libraries by opensearch/OpenSearchServer.java. */
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installJavaServer, needJava, readPomVersion, writeLogSettings } from './java.js';
import { answers } from './readiness.js';
import type { Server } from './server.js';

const heap = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** The minimum Java version. */
const minimum = 21;

export const opensearch: Server = {
  name: 'opensearch',
  version: readPomVersion('opensearch'),
  configuredBy: 'OPENSEARCH_URL',
  ports: { http: {}, transport: {} },
  program: 'java',
  address: ({ ports }) => `http://127.0.0.1:${ports['http']}`,
  async prepare({ folder, ports, say }) {
    const java = needJava(minimum);
    const installed = await installJavaServer({ name: 'opensearch', java, minimum, launcher: 'OpenSearchServer', say });
    for (const each of ['home/config', 'home/modules', 'home/plugins'])
      mkdirSync(join(folder, each), { recursive: true });
    return {
      program: join(java.home, 'bin/java'),
      args: [
        ...heap,
        '--enable-native-access=ALL-UNNAMED',
        '-Dlog4j2.disableJmx=true',
        `-Dlog4j2.configurationFile=${writeLogSettings(folder)}`,
        '-cp',
        [join(installed, 'classes'), join(installed, 'libs/*')].join(delimiter),
        'OpenSearchServer',
        join(folder, 'home'),
        join(folder, 'data'),
        String(ports['http']),
        String(ports['transport']),
      ],
    };
  },
  isReady: ({ ports }) =>
    answers(`http://127.0.0.1:${ports['http']}/_cluster/health?wait_for_status=yellow&timeout=1s`),
  variables: ({ ports }) => ({ SEARCH_INDEX: 'opensearch', OPENSEARCH_URL: `http://127.0.0.1:${ports['http']}` }),
};
