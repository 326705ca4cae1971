import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import { createStemmer } from '@mediamesh/text';
import {
  type IndexRebuild,
  SearchIndex,
  type SearchPage,
  type SearchQuery,
  type Suggestions,
} from '../search-index.js';
import { type EngineOptions, OpenSearchEngine, patience } from './engine.js';
import { describeDocument, describeTombstone } from './index-documents.js';
import { IndexReader } from './index-reader.js';
import type { IndexSettings } from './index-shape.js';
import { IndexWriter } from './index-writer.js';
import { findIndexes, findLive, findTargets } from './live-indexes.js';
import { OpenSearchRebuild } from './opensearch-rebuild.js';
import { findSuggestions } from './suggestions.js';

export type OpenSearchOptions = EngineOptions & IndexSettings;

export interface OpenSearchIndexOptions extends OpenSearchOptions {
  readonly logger: Logger;
  /** Milliseconds since 1970, for the age of lists; `Date.now` by default. */
  readonly clock?: () => number;
}

/**
 * An index in OpenSearch, for any number of processes. It is created by the migration step ({@link OpenSearchResource})
 * or by a rebuild.
 *
 * Limits:
 * - A resolved write is on disk, and is found after the refresh interval.
 * - Only the first 128 words of a query count.
 * - A list is fixed when its second page is read. A change before that may be missing from later pages, but no document
 *   comes twice.
 * - A list expires two minutes after its last page, eight minutes after its second, or when its node restarts.
 * - The index of a rebuild whose process died stays, and is written to, until the next rebuild.
 */
export class OpenSearchIndex extends SearchIndex {
  private readonly engine: OpenSearchEngine;
  private readonly settings: IndexSettings;
  private readonly stem = createStemmer();
  private readonly writer: IndexWriter;
  private readonly reader: IndexReader;

  constructor({ url, username, password, logger, clock = Date.now, ...settings }: OpenSearchIndexOptions) {
    super();
    this.engine = new OpenSearchEngine({ url, username, password });
    this.settings = settings;
    this.writer = new IndexWriter(this.engine, () => findTargets(this.engine, settings.alias));
    this.reader = new IndexReader(this.engine, { alias: settings.alias, logger, clock });
  }

  upsert(documents: readonly PublicDocument[]): Promise<void> {
    return this.writer.write(documents.map((document) => () => describeDocument(document, this.stem)));
  }

  remove(tombstones: readonly Tombstone[]): Promise<void> {
    return this.writer.write(tombstones.map((tombstone) => () => describeTombstone(tombstone)));
  }

  search(query: SearchQuery): Promise<SearchPage> {
    return this.reader.search(query);
  }

  suggest(
    text: string,
    options: { readonly language?: string | undefined; readonly limit: number },
  ): Promise<Suggestions> {
    return findSuggestions(text, { engine: this.engine, alias: this.settings.alias, ...options });
  }

  rebuild(): Promise<IndexRebuild> {
    return OpenSearchRebuild.begin(this.engine, this.settings, this.stem);
  }

  async generation(): Promise<string | undefined> {
    return (await findIndexes(this.engine, this.settings.alias)).live[0]?.generation;
  }

  async count(): Promise<number> {
    const { index } = await findLive(this.engine, this.settings.alias);
    const { count } = await this.engine.send<{ count: number }>({
      method: 'POST',
      path: `/${index}/_count`,
      body: { query: { term: { removed: false } } },
      patience: patience.query,
    });
    return count;
  }

  async close(): Promise<void> {
    await this.writer.close();
    await this.engine.close();
  }
}
