/**
 * `.env` beside docker-compose.yml: the secrets of this machine, made by chance at the first time and never changed
 * after.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appPorts } from '@mediamesh/contracts';
import { listDemanded } from './compose-rules.js';

const makeKey = (): string => randomBytes(32).toString('base64url');

/** How a value is made that is not simply a key. */
const MAKERS: Readonly<Record<string, () => string>> = {
  ADMIN_EMAIL: () => 'admin@mediamesh.local',
  EDITOR_EMAIL: () => 'editor@mediamesh.local',
  ADMIN_PASSWORD: () => randomBytes(15).toString('base64url'),
  EDITOR_PASSWORD: () => randomBytes(15).toString('base64url'),
  S3_ACCESS_KEY_ID: () => `mesh${randomBytes(8).toString('hex')}`,
};

/** The values of a file of `NAME=value` lines. */
export const readVariables = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

/** The lines to add to `present` so that everything `composeText` demands is there. */
export function makeMissing(composeText: string, present: Readonly<Record<string, string>>): Record<string, string> {
  const missing = listDemanded(composeText).filter((name) => !present[name]);
  return Object.fromEntries(missing.map((name) => [name, (MAKERS[name] ?? makeKey)()]));
}

/** Readable by its owner only, and whole or not there at all. */
function writePrivate(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, text, { mode: 0o600 });
  renameSync(fresh, file);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Writes what is missing in `.env`, and the addresses and accounts of the mesh in containers for the command line
 * (`MESH_FOLDER=.mesh/compose`). Answers the names that were added.
 */
export function writeSecrets(root: string): string[] {
  const file = join(root, '.env');
  const text = readIfThere(file);
  const present = readVariables(text);
  const added = makeMissing(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), present);
  const names = Object.keys(added);
  const heading =
    text === ''
      ? '# Secrets of this machine for docker-compose.yml. Lose them, and what they encrypt is lost.\n'
      : text.replace(/\n*$/, '\n');
  writePrivate(file, heading + names.map((name) => `${name}=${added[name]}\n`).join(''));
  const all = { ...present, ...added };
  const account = (role: string) => ({ email: all[`${role}_EMAIL`], password: all[`${role}_PASSWORD`] });
  const running = {
    cms: `http://localhost:${appPorts['cms-gateway']}`,
    discovery: `http://localhost:${appPorts['discovery-gateway']}`,
    admin: account('ADMIN'),
    editor: account('EDITOR'),
  };
  writePrivate(join(root, '.mesh/compose/mesh.json'), `${JSON.stringify(running, null, 2)}\n`);
  return names;
}
