import { type PublicDocument, Refusal, type Tombstone } from '@mediamesh/contracts';
import { type IndexRebuild, SearchIndex, type SearchPage, type SearchQuery, type Suggestions } from './search-index.js';

/** Milliseconds after which a refusal counts as a timeout: a small test server may be busy for longer. */
const slow = 1_000;
const tries = 4;

/** Retries calls that timed out. An immediate refusal is passed on, so that an index that is away is detected. */
export class PatientIndex extends SearchIndex {
  constructor(private readonly index: SearchIndex) {
    super();
  }

  override upsert(documents: readonly PublicDocument[]): Promise<void> {
    return ask(() => this.index.upsert(documents));
  }

  override remove(tombstones: readonly Tombstone[]): Promise<void> {
    return ask(() => this.index.remove(tombstones));
  }

  override search(query: SearchQuery): Promise<SearchPage> {
    return ask(() => this.index.search(query));
  }

  override suggest(text: string, options: Parameters<SearchIndex['suggest']>[1]): Promise<Suggestions> {
    return ask(() => this.index.suggest(text, options));
  }

  override rebuild(): Promise<IndexRebuild> {
    return this.index.rebuild();
  }

  override generation(): Promise<string | undefined> {
    return ask(() => this.index.generation());
  }

  override count(): Promise<number> {
    return ask(() => this.index.count());
  }

  override close(): Promise<void> {
    return this.index.close();
  }
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  for (let nth = 1; ; nth += 1) {
    const began = performance.now();
    try {
      return await question();
    } catch (error) {
      const wasLate = error instanceof Refusal && error.kind === 'unavailable' && performance.now() - began > slow;
      if (!wasLate || nth === tries) throw error;
    }
  }
}
