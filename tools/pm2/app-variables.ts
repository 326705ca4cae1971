import { type AnyApp, describeConfig } from '@mediamesh/app';
import { apps } from '../generate/apps.js';

type Variables = Readonly<Record<string, string>>;

export const namesReadBy = (readers: readonly AnyApp[]): ReadonlySet<string> =>
  new Set(describeConfig(readers).flatMap(({ variables }) => variables.map(({ name }) => name)));

/** Variables that the app declares or no app does (`AWS_…`), so that a gateway has no database or key secrets. */
export function variablesFor(app: AnyApp, variables: Variables): Record<string, string> {
  const [own, all] = [namesReadBy([app]), namesReadBy(apps)];
  const isFor = (name: string): boolean =>
    name === 'POSTGRES_URL' ? app.database !== undefined : own.has(name) || !all.has(name);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => isFor(name)));
}
