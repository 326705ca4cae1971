/** The mesh cannot use its folder. The message is one line that a person can act on. */
export class MeshFolderError extends Error {
  override name = 'MeshFolderError';
}
