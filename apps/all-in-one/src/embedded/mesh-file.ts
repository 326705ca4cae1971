import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivateFile } from './files.js';

/** The content of `mesh.json`, by which other programs of this user find the running mesh. */
export interface MeshFile {
  /** Base URL of the CMS gateway, such as `http://localhost:8081`. */
  cms: string;
  discovery: string;
  pid: number;
  /** Variables that the apps got beyond the environment and the secrets: URL of PostgreSQL, folders, ports. */
  environment: Record<string, string>;
  /** ISO 8601, UTC. */
  startedAt: string;
  admin: { email: string; password: string };
  editor: { email: string; password: string };
}

/** Marks the mesh as ready: writes `<meshFolder>/mesh.json` atomically, with mode 0600. */
export async function writeMeshFile(meshFolder: string, content: MeshFile): Promise<void> {
  await writePrivateFile(join(meshFolder, 'mesh.json'), `${JSON.stringify(content, null, 2)}\n`);
}

/** Marks the mesh as no longer ready. A missing file is no error. */
export async function removeMeshFile(meshFolder: string): Promise<void> {
  await rm(join(meshFolder, 'mesh.json'), { force: true });
}
