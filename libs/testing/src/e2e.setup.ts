// Jest hands this file to Node as it is, so it teaches Node the workspace's aliases before it needs them.
import '../../../tools/typescript-hooks.mjs';

/**
 * Offers the mesh that suites share. Names the run, where its meshes are on real servers, so that what they make there
 * can be found at its end.
 */
export default async function setup(): Promise<void> {
  const { isOnServers, publishRunName, publishSharedProgram } = await import('./environment.js');
  const { offerProgram } = await import('./shared-program.js');
  const { nameOfRun } = await import('../../../tools/leftovers/leftovers.js');
  if (isOnServers()) publishRunName(nameOfRun());
  const shared = await offerProgram('apps/all-in-one/e2e/shared-mesh.main.js');
  publishSharedProgram(shared.url);
  // Jest runs setup and teardown in one process and shares nothing else
  Reflect.set(globalThis, 'mediameshShared', shared);
}
