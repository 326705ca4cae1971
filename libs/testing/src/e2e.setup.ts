// Jest hands this file to Node as it is, so it teaches Node the workspace's aliases before it needs them.
import '../../../tools/typescript-hooks.mjs';

/** Names the run, where its meshes are on real servers, so that what they make there can be found at its end. */
export default async function setup(): Promise<void> {
  const { isOnServers, publishRunName } = await import('./environment.js');
  const { nameOfRun } = await import('../../../tools/leftovers/leftovers.mjs');
  if (isOnServers()) publishRunName(nameOfRun());
}
