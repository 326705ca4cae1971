import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appNames, screamingName } from '@mediamesh/contracts';
import { systemCode, writePrivateFile } from './files.js';
import { MeshFolderError } from './mesh-folder-error.js';

const makeKey = (): string => randomBytes(32).toString('base64url');
const makePassword = (): string => randomBytes(15).toString('base64url');

/** The variables that an install generates at its first start. */
const MAKERS: Record<string, () => string> = {
  ...Object.fromEntries([...appNames, 'mesh'].map((name) => [`SERVICE_SECRET_${screamingName(name)}`, makeKey])),
  AUTH_KEY_SECRET: makeKey,
  CURSOR_SECRETS: makeKey,
  MEDIA_UPLOAD_SECRET: makeKey,
  ADMIN_EMAIL: () => 'admin@mediamesh.local',
  ADMIN_PASSWORD: makePassword,
  EDITOR_EMAIL: () => 'editor@mediamesh.local',
  EDITOR_PASSWORD: makePassword,
};

/**
 * Reads the secrets of an install from `<meshFolder>/secrets` (JSON, mode 0600) and generates the missing ones. A
 * damaged file is an error and is never replaced, because signing keys in the database are encrypted with a secret from
 * it.
 */
export async function readOrMakeSecrets(meshFolder: string): Promise<Record<string, string>> {
  const path = join(meshFolder, 'secrets');
  const kept = await readSecrets(path);
  const missing = Object.entries(MAKERS).filter(([name]) => kept[name] === undefined);
  if (missing.length === 0) return kept;
  const secrets = { ...kept, ...Object.fromEntries(missing.map(([name, make]) => [name, make()])) };
  await writePrivateFile(path, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

async function readSecrets(path: string): Promise<Record<string, string>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {};
    throw new MeshFolderError(`The secrets in ${path} cannot be read (${systemCode(error) ?? String(error)})`, {
      cause: error,
    });
  }
  const damaged = (cause?: unknown): MeshFolderError =>
    new MeshFolderError(`The secrets in ${path} are damaged: restore the file, or forget the data with npm run reset`, {
      cause,
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw damaged(error);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw damaged();
  const entries = Object.entries(parsed);
  const values = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '');
  if (values.length !== entries.length) throw damaged();
  return Object.fromEntries(values);
}
