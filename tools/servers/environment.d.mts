/**
 * The variables of the servers of a folder (`.mesh/servers` when not given) that run: for the mesh, and for tests on
 * real servers.
 */
export function readServerEnvironment(folder?: string): { mesh: Record<string, string>; test: Record<string, string> };
export function nameForTests(mesh: Record<string, string>): Record<string, string>;
export function writeServerEnvironment(folder: string): Promise<void>;
