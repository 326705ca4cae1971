import { appPorts, screamingName } from '@mediamesh/contracts';
import { apps } from '../generate/apps.js';
import { namesReadBy } from '../pm2/app-variables.js';
import type { Environment } from './addresses.js';
import { readMeshEnvironment, readSecrets } from './environment.js';

/** Variables of the mesh that no app declares: folders of the commands, and those of AWS. */
const undeclared = /^(?:MESH|AWS)_\w+$/;

/** The variables of the mesh, without those of the machine or the user. */
export function readMeshVariables(environment: Environment): Record<string, string> {
  const declared = namesReadBy(apps);
  const isOurs = (name: string): boolean => declared.has(name) || undeclared.test(name);
  return Object.fromEntries(Object.entries(readMeshEnvironment(environment)).filter(([name]) => isOurs(name)));
}

/** The variables of the mesh without the secrets of this install, which are stored in their own file. */
export function readStanding(environment: Environment): Record<string, string> {
  const secrets = readSecrets(environment);
  return Object.fromEntries(Object.entries(readMeshVariables(environment)).filter(([name]) => !(name in secrets)));
}

interface Account {
  readonly email: string;
  readonly password: string;
}

/** The content of `.mesh/mesh.json`; in production only the URLs. */
export interface MeshDescription {
  readonly cms: string;
  readonly discovery: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly admin?: Account;
  readonly editor?: Account;
}

/** URLs, variables and initial accounts of the mesh. In production only URLs, so that no secret is written. */
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
