import { type AnyApp, describeConfig } from '@mediamesh/app';
import { apps } from '../generate/apps.js';

type Variables = Readonly<Record<string, string>>;

/** Every variable the given apps read, by the schemas that read them. */
export const namesReadBy = (readers: readonly AnyApp[]): ReadonlySet<string> =>
  new Set(describeConfig(readers).flatMap(({ variables }) => variables.map(({ name }) => name)));

/**
 * Of all variables those that a process of one app is given, where each has a process of its own: what it reads, and
 * what no app declares (`AWS_…`). So a hole in a gateway opens neither databases nor signing keys.
 */
export function variablesFor(app: AnyApp, variables: Variables): Record<string, string> {
  const [own, all] = [namesReadBy([app]), namesReadBy(apps)];
  const isFor = (name: string): boolean =>
    name === 'POSTGRES_URL' ? app.database !== undefined : own.has(name) || !all.has(name);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => isFor(name)));
}
