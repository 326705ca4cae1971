export { ConfigError, type Environment, HttpUrl, Port, Secret, Switch } from './config.js';
export { type AnyApp, type AppDefinition, type ConfigOf, defineApp } from './define-app.js';
export { describeApp } from './describe-app.js';
export { type ConfigSection, type ConfigVariable, describeConfig } from './describe-config.js';
export { runApps, type RunOptions } from './run-apps.js';
export { type Mesh, type MeshOptions, startMesh } from './start-mesh.js';
