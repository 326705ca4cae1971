import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivateFile } from './files.js';

/** What `mesh.json` tells other programs of this user about the mesh that runs. */
export interface MeshFile {
  /** Addresses of the two gateways, such as `http://localhost:8081`. */
  cms: string;
  discovery: string;
  pid: number;
  /** What the apps were given beyond the environment and the secrets: the address of PostgreSQL, folders, ports. */
  environment: Record<string, string>;
  /** ISO 8601, UTC. */
  startedAt: string;
  admin: { email: string; password: string };
  editor: { email: string; password: string };
}

/** Says that the mesh is ready: `<meshFolder>/mesh.json`, whole at once, for its owner's eyes only. */
export async function writeMeshFile(meshFolder: string, content: MeshFile): Promise<void> {
  await writePrivateFile(join(meshFolder, 'mesh.json'), `${JSON.stringify(content, null, 2)}\n`);
}

/** The mesh is no longer ready. Does nothing when the file is gone already. */
export async function removeMeshFile(meshFolder: string): Promise<void> {
  await rm(join(meshFolder, 'mesh.json'), { force: true });
}
