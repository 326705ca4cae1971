import { appPorts, screamingName } from '@mediamesh/contracts';
import { apps } from '../generate/apps.js';
import { namesReadBy } from '../pm2/app-variables.js';
import type { Environment } from './addresses.js';
import { readMeshEnvironment, readSecrets } from './environment.js';

/** What no app declares but the mesh goes by: folders of the commands, and AWS's own variables. */
const undeclared = /^(?:MESH|AWS)_\w+$/;

/** The variables of the mesh alone, without those of the machine or of whoever starts it. */
export function readMeshVariables(environment: Environment): Record<string, string> {
  const declared = namesReadBy(apps);
  const isOurs = (name: string): boolean => declared.has(name) || undeclared.test(name);
  return Object.fromEntries(Object.entries(readMeshEnvironment(environment)).filter(([name]) => isOurs(name)));
}

/** The same without the secrets of this install, which lie beside: what a mesh that is started now stands on. */
export function readStanding(environment: Environment): Record<string, string> {
  const secrets = readSecrets(environment);
  return Object.fromEntries(Object.entries(readMeshVariables(environment)).filter(([name]) => !(name in secrets)));
}

interface Account {
  readonly email: string;
  readonly password: string;
}

/** What `.mesh/mesh.json` says of a mesh that was started here; in production only where it is. */
export interface MeshDescription {
  readonly cms: string;
  readonly discovery: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly admin?: Account;
  readonly editor?: Account;
}

/**
 * Where the mesh is, what it stands on, and the accounts of the first start. What the environment holds in production,
 * passwords among it, is written nowhere.
 */
export function describeMesh(environment: Environment): MeshDescription {
  const all = readMeshEnvironment(environment);
  const addressOf = (app: 'cms-gateway' | 'discovery-gateway'): string =>
    `http://localhost:${all[`${screamingName(app)}_PORT`] ?? appPorts[app]}`;
  const places = { cms: addressOf('cms-gateway'), discovery: addressOf('discovery-gateway') };
  if (all['NODE_ENV'] === 'production') return places;
  const account = (who: string): Account => ({
    email: all[`${who}_EMAIL`] ?? '',
    password: all[`${who}_PASSWORD`] ?? '',
  });
  return { ...places, environment: readStanding(environment), admin: account('ADMIN'), editor: account('EDITOR') };
}
