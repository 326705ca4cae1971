import { join, resolve } from 'node:path';
import type { Environment, Mesh, RunOptions } from '@mediamesh/app';
import { screamingName } from '@mediamesh/contracts';
import { type MeshFile, removeMeshFile, writeMeshFile } from './mesh-file.js';
import { type Embedded, prepareEmbedded } from './prepare.js';
import { summaryOf } from './summary.js';

/** The options for a mesh on a bare machine: servers, secrets and data live in `MESH_FOLDER` (default `.mesh`). */
export function embeddedMesh(): RunOptions {
  let embedded: Embedded | undefined;
  let folder = '';
  let settled: Record<string, string> = {};
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  return {
    onProgress: (line) => say(`· ${line}`),
    prepare: async (environment) => {
      folder = resolve(environment['MESH_FOLDER'] || '.mesh');
      embedded = await prepareEmbedded({ meshFolder: folder, env: environment, log: (line) => say(`· ${line}`) });
      const usual = defaults(folder, environment);
      const postgres = embedded.env['POSTGRES_URL'];
      settled = { ...usual, ...(postgres && { POSTGRES_URL: postgres }) };
      return { ...usual, ...embedded.env };
    },
    onReady: async (mesh, environment) => {
      const file: MeshFile = {
        cms: publicAddress(mesh.urls.get('cms-gateway')),
        discovery: publicAddress(mesh.urls.get('discovery-gateway')),
        pid: process.pid,
        environment: { ...settled, ...portsOf(mesh) },
        startedAt: new Date().toISOString(),
        admin: { email: embedded?.secrets['ADMIN_EMAIL'] ?? '', password: embedded?.secrets['ADMIN_PASSWORD'] ?? '' },
        editor: {
          email: embedded?.secrets['EDITOR_EMAIL'] ?? '',
          password: embedded?.secrets['EDITOR_PASSWORD'] ?? '',
        },
      };
      await writeMeshFile(folder, file);
      say(summaryOf(file, environment));
    },
    onStopped: async () => {
      if (!embedded) return;
      await removeMeshFile(folder);
      await embedded.stop();
      say('Stopped.');
    },
  };
}

/** Default folders and public URLs of the embedded mesh; a variable that is set wins. */
function defaults(folder: string, environment: Environment): Record<string, string> {
  const port = (name: string, usual: number): string => environment[name] ?? String(usual);
  const all: Record<string, string> = {
    LOG_FOLDER: join(folder, 'logs'),
    MEDIA_FOLDER: join(folder, 'media'),
    SEARCH_INDEX_FILE: join(folder, 'search', 'index.db'),
    CMS_PUBLIC_URL: `http://localhost:${port('CMS_GATEWAY_PORT', 8081)}`,
    MEDIA_PUBLIC_URL: `http://localhost:${port('DISCOVERY_GATEWAY_PORT', 8080)}/media`,
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !environment[name]));
}

/** `<APP>_PORT` of every app, as read by the app itself. */
const portsOf = ({ urls }: Mesh): Record<string, string> =>
  Object.fromEntries([...urls].map(([app, url]) => [`${screamingName(app)}_PORT`, new URL(url).port]));

const publicAddress = (url = ''): string => url.replace('127.0.0.1', 'localhost');
