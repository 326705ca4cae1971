export { embeddedMesh } from './embedded-mesh.js';
export { prepareEmbedded, type Embedded } from './prepare.js';
export { writeMeshFile, removeMeshFile, type MeshFile } from './mesh-file.js';
export { MeshFolderError } from './mesh-folder-error.js';
