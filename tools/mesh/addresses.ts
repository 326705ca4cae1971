import { appPorts, type AppName, screamingName } from '@mediamesh/contracts';
import { UsageError } from './failure.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The URLs of an app's instances: `<APP>_URL`, else the loopback address with `<APP>_PORT` or the default port. */
export function addressesOf(app: AppName, environment: Environment): string[] {
  const name = screamingName(app);
  const urls = environment[`${name}_URL`];
  if (urls) return urls.split(',').map((url) => readUrl(url.trim(), name));
  return [addressOnThisMachine(app, environment)];
}

function readUrl(url: string, name: string): string {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')
    throw new UsageError(`${name}_URL must look like http://host:port`);
  return url.replace(/\/+$/, '');
}

function addressOnThisMachine(app: AppName, environment: Environment): string {
  const name = screamingName(app);
  const port = environment[`${name}_PORT`];
  if (port && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) throw new UsageError(`${name}_PORT must be a port`);
  return `http://127.0.0.1:${port || appPorts[app]}`;
}

/** The URL of a program on the public gateway: unescaped for reading, and escaped for use. */
export function programAddress(discovery: string, slug: string): { readable: string; usable: string } {
  const base = `${discovery}/api/v1/discovery/programs/`;
  return { readable: base + slug, usable: base + encodeURIComponent(slug) };
}
