import { randomBytes } from 'node:crypto';
import { silentLogger } from '@mediamesh/observability';
import type { OpenSearchIndexOptions, OpenSearchOptions } from './opensearch-search-index.js';
import { OpenSearchResource } from './opensearch-resource.js';

export const newAlias = (): string => `test-${randomBytes(6).toString('hex')}`;

export const optionsOf = (url: string, alias: string = newAlias()): OpenSearchIndexOptions => ({
  url,
  alias,
  refreshMs: 20,
  replicas: 0,
  logger: silentLogger,
});

export async function prepareIndex(options: OpenSearchOptions): Promise<void> {
  const resource = new OpenSearchResource(options);
  try {
    await resource.prepare();
  } finally {
    await resource.close();
  }
}

/** Calls OpenSearch directly, past the adapter. */
export async function askOpenSearch<T>(url: string, path: string, method = 'GET', body?: object): Promise<T> {
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return (await answer.json()) as T;
}

export const listIndexes = async (url: string, alias: string): Promise<string[]> =>
  (await askOpenSearch<{ index: string }[]>(url, `/_cat/indices/${alias}-*?format=json`)).map(({ index }) => index);

export async function removeIndexes(url: string, aliases: readonly string[]): Promise<void> {
  for (const alias of aliases)
    for (const index of await listIndexes(url, alias)) await askOpenSearch(url, `/${index}`, 'DELETE');
}
