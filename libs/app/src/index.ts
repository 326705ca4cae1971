export { readConsumers, readTopics } from './bus-views.js';
export { ConfigError, type Environment, readConfig } from './config.js';
export { type AnyApp, type AppDefinition, type ConfigOf, defineApp } from './define-app.js';
export { describeApp } from './describe-app.js';
export { type ConfigSection, type ConfigVariable, describeConfig } from './describe-config.js';
export { examineApps, type Finding } from './examine-apps.js';
export { runApps, type RunOptions } from './run-apps.js';
export { type Mesh, type MeshOptions, migrateApps, startMesh } from './start-mesh.js';
export { type Condition, dynamoShape, HttpUrl, List, Port, Secret, Switch, together } from './shared-config.js';
