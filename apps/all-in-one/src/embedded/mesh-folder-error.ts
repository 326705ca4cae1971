/** The mesh cannot use its folder. The message is one line that says what to do. */
export class MeshFolderError extends Error {
  override name = 'MeshFolderError';
}
