import type { Resource, ResourceProblem } from '@mediamesh/resilience';
import { Refusal } from '@mediamesh/contracts';
import { EngineRefusal, OpenSearchEngine, patience } from './engine.js';
import { aliasesOf, describeIndex, indexOf, layout, nameGeneration } from './index-shape.js';
import { findIndexes } from './live-indexes.js';
import type { OpenSearchOptions } from './opensearch-search-index.js';

/** Timeout in milliseconds for each of the two steps of a check: together they take less than two seconds. */
const glance = 900;
/** Attempts to create the first index when other processes do the same. */
const tries = 10;

const reindex = 'npm run mesh -- reindex';

interface IndexState {
  readonly settings: { readonly index: { readonly blocks?: Readonly<Record<string, string>> } };
}

export class OpenSearchResource implements Resource {
  readonly name: string;
  private readonly engine: OpenSearchEngine;
  private readonly options: OpenSearchOptions;
  private readonly address: string;

  constructor(options: OpenSearchOptions) {
    this.engine = new OpenSearchEngine(options);
    this.options = options;
    // The URL may contain a password.
    this.address = new URL(options.url).origin;
    this.name = `index ${options.alias} on ${this.address}`;
  }

  /**
   * Creates the first index. Each process checks the alias again after it added its own index. If there is more than
   * one, it deletes its own and retries. So an index that was alone behind the alias, and may have been written to, is
   * never deleted.
   */
  async prepare(): Promise<void> {
    const { alias } = this.options;
    for (let attempt = 1; attempt <= tries; attempt++) {
      if ((await findIndexes(this.engine, alias)).live.length > 0) return;
      const index = indexOf(alias, nameGeneration(new Date()));
      await this.engine.send({
        method: 'PUT',
        path: `/${index}`,
        body: { ...describeIndex(this.options), aliases: { [aliasesOf(alias).live]: {} } },
        patience: patience.shape,
      });
      if ((await findIndexes(this.engine, alias)).live.length === 1) return;
      await this.engine.send({ method: 'DELETE', path: `/${index}`, patience: patience.shape, expect: [404] });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * attempt));
    }
    throw new Error(
      `The index ${alias} is being made by others and does not come to be: look at ${this.address}/_cat/aliases`,
    );
  }

  async check(): Promise<readonly ResourceProblem[]> {
    const { alias } = this.options;
    try {
      const { live } = await findIndexes(this.engine, alias, glance);
      const [current] = live;
      if (!current)
        return [
          this.block(
            `There is no search index ${alias} on ${this.address}`,
            `npm run mesh -- migrate, then ${reindex}`,
          ),
        ];
      if (current.generation === undefined)
        return [
          this.block(
            `The search index ${current.index} is of another shape, this version needs layout ${layout}`,
            reindex,
          ),
        ];
      return await this.checkState(current.index);
    } catch (error) {
      return [this.explain(error)];
    }
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  private async checkState(index: string): Promise<ResourceProblem[]> {
    const [state, mapping, health] = await Promise.all([
      this.engine.send<Record<string, IndexState>>({
        method: 'GET',
        path: `/${index}/_settings/index.blocks.*`,
        patience: glance,
      }),
      this.engine.send<Record<string, { mappings: { _meta?: { layout?: number } } }>>({
        method: 'GET',
        path: `/${index}/_mapping`,
        query: { filter_path: '*.mappings._meta' },
        patience: glance,
      }),
      this.engine.send<{ status: string }>({
        method: 'GET',
        path: `/_cluster/health/${index}`,
        query: { timeout: '0s', level: 'indices' },
        patience: glance,
        expect: [408],
      }),
    ]);
    const found = mapping[index]?.mappings._meta?.layout;
    const blocks = Object.entries(state[index]?.settings.index.blocks ?? {}).flatMap(([name, value]) =>
      value === 'true' ? [`index.blocks.${name}`] : [],
    );
    return [
      ...(found === layout
        ? []
        : [
            this.block(
              `The search index ${index} has layout ${found ?? 'unknown'}, this version needs layout ${layout}`,
              reindex,
            ),
          ]),
      ...blocks.map((name) =>
        this.block(
          `The search index ${index} is closed to writing by ${name}`,
          `make room on its disks if they are full, then PUT ${this.address}/${index}/_settings {"${name}": null}`,
        ),
      ),
      ...(health.status === 'red'
        ? [this.block(`The search index ${index} has lost a shard`, `start the nodes that hold it, or ${reindex}`)]
        : []),
    ];
  }

  private explain(error: unknown): ResourceProblem {
    const cause = error instanceof Refusal ? error.cause : error;
    if (cause instanceof EngineRefusal && [401, 403].includes(cause.status))
      return this.block(
        `OpenSearch on ${this.address} does not let us in`,
        'correct OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD',
      );
    if (cause instanceof EngineRefusal)
      return this.block(`OpenSearch on ${this.address} answers ${cause.status} ${cause.type}`, 'look into its log');
    return this.block(
      `OpenSearch on ${this.address} cannot be reached`,
      'start it (npm run servers -- start opensearch), or correct OPENSEARCH_URL',
    );
  }

  private block(problem: string, remedy: string): ResourceProblem {
    return { problem, remedy, blocks: true };
  }
}
