import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Environment } from './addresses.js';
import { Failure, systemCode } from './failure.js';

const Account = z.object({ email: z.string(), password: z.string() });
const MeshFile = z.object({
  cms: z.url(),
  discovery: z.url(),
  pid: z.int().positive().optional(),
  editor: Account.optional(),
});
export type RunningMesh = z.output<typeof MeshFile> & { readonly editor: z.output<typeof Account> };

/** The folder of the mesh: `MESH_FOLDER`, else `.mesh`. */
export const meshFolder = (environment: Environment): string => resolve(environment['MESH_FOLDER'] || '.mesh');

/** Reads `mesh.json` of a ready mesh. `EDITOR_EMAIL` and `EDITOR_PASSWORD` win; production requires them. */
export async function readRunningMesh(environment: Environment): Promise<RunningMesh> {
  const file = join(meshFolder(environment), 'mesh.json');
  const parsed = MeshFile.safeParse(
    await readJson(file, `The mesh does not run: there is no ${file}. Start it with npm start.`),
  );
  if (!parsed.success) throw new Failure(`${file} is damaged. Start the mesh again with npm start.`);
  const { pid } = parsed.data; // without a pid the mesh runs in containers
  if (pid !== undefined && !isAlive(pid))
    throw new Failure(`The mesh does not run: process ${pid} of ${file} is gone. Start it with npm start.`);
  const { EDITOR_EMAIL: email, EDITOR_PASSWORD: password } = environment;
  const editor = email && password ? { email, password } : parsed.data.editor;
  if (!editor)
    throw new Failure(`${file} names no editor. Set EDITOR_EMAIL and EDITOR_PASSWORD to the account to work by.`);
  return { ...parsed.data, editor };
}

/** The secret that authenticates to auth-service: `SERVICE_SECRET_MESH`, of the environment or the mesh's folder. */
export async function readServiceSecret(environment: Environment): Promise<string> {
  const given = environment['SERVICE_SECRET_MESH'];
  if (given) return given;
  const file = join(meshFolder(environment), 'secrets');
  const secrets = await readJson(
    file,
    `There is no ${file}. Start the mesh once with npm start, or set SERVICE_SECRET_MESH.`,
  );
  const parsed = z.object({ SERVICE_SECRET_MESH: z.string().min(1) }).safeParse(secrets);
  if (!parsed.success)
    throw new Failure(
      `${file} holds no SERVICE_SECRET_MESH. Start the mesh once with npm start, or set SERVICE_SECRET_MESH.`,
    );
  return parsed.data.SERVICE_SECRET_MESH;
}

async function readJson(file: string, absent: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new Failure(absent);
    if (error instanceof SyntaxError) throw new Failure(`${file} is damaged.`);
    throw new Failure(`${file} cannot be read (${systemCode(error) ?? String(error)}).`);
  }
}

/** The values in a JSON file; empty when it is missing. */
export function readValues(file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {};
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Whether a process with this id exists, of any user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM'; // it belongs to another user
  }
}
