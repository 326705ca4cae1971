// Jest lets Node load this file directly, so Node must learn the workspace's aliases first.
import '../../../tools/typescript-hooks.mjs';

/** Offers the mesh that suites share. On real servers it names the run, so that what the run creates can be removed. */
export default async function setup(): Promise<void> {
  const { isOnServers, publishRunName, publishSharedProgram } = await import('./environment.js');
  const { offerProgram } = await import('./shared-program.js');
  const { nameOfRun } = await import('../../../tools/leftovers/leftovers.js');
  if (isOnServers()) publishRunName(nameOfRun());
  const shared = await offerProgram('apps/all-in-one/e2e/shared-mesh.main.js');
  publishSharedProgram(shared.url);
  // Jest runs setup and teardown in one process, which is all they share.
  Reflect.set(globalThis, 'mediameshShared', shared);
}
