/** Manages `.env` beside docker-compose.yml: random secrets, created once and never changed. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appPorts } from '@mediamesh/contracts';
import { listDemanded } from './compose-rules.js';

const makeKey = (): string => randomBytes(32).toString('base64url');

/** Generators of the values that are not plain keys. */
const MAKERS: Readonly<Record<string, () => string>> = {
  ADMIN_EMAIL: () => 'admin@mediamesh.local',
  EDITOR_EMAIL: () => 'editor@mediamesh.local',
  ADMIN_PASSWORD: () => randomBytes(15).toString('base64url'),
  EDITOR_PASSWORD: () => randomBytes(15).toString('base64url'),
  S3_ACCESS_KEY_ID: () => `mesh${randomBytes(8).toString('hex')}`,
};

export const readVariables = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

/** New values for the variables that `composeText` requires and `present` lacks. */
export function makeMissing(composeText: string, present: Readonly<Record<string, string>>): Record<string, string> {
  const missing = listDemanded(composeText).filter((name) => !present[name]);
  return Object.fromEntries(missing.map((name) => [name, (MAKERS[name] ?? makeKey)()]));
}

/** Writes a file atomically, with mode 0600. */
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

/** Adds missing variables to `.env`, and writes `.mesh/compose/mesh.json` for the command line. Returns the names. */
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
