import { randomUUID } from 'node:crypto';
import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import {
  type IndexRebuild,
  RebuildGivenUp,
  SearchIndex,
  type SearchPage,
  type SearchQuery,
  type Suggestions,
} from '../search-index/search-index.js';

class Store {
  readonly generation = randomUUID();
  readonly items = new Map<string, PublicDocument | Tombstone>();

  put(items: readonly (PublicDocument | Tombstone)[]): void {
    for (const item of items)
      if (item.revision > (this.items.get(item.id)?.revision ?? -1)) this.items.set(item.id, item);
  }

  /** Revisions by id of what can be found. */
  get documents(): Record<string, number> {
    return Object.fromEntries(
      [...this.items.values()]
        .filter((item) => 'localizations' in item)
        .map(({ id, revision }) => [id, revision])
        .sort(),
    );
  }
}

/** A search index without search: it holds documents, tracks the rebuild, and runs the hooks of a test. */
export class SearchIndexInMemory extends SearchIndex {
  live: Store | undefined = new Store();
  private next: Store | undefined;
  rebuilds = 0;
  counts = 0;
  beforeCount: () => void = () => undefined;
  beforeAdd: () => Promise<void> | void = () => undefined;
  beforeSwap: () => void = () => undefined;
  /** Runs after the swap, before `finish` resolves. */
  afterSwap: () => void = () => undefined;

  get isBuilding(): boolean {
    return this.next !== undefined;
  }

  get documents(): Record<string, number> {
    return this.live?.documents ?? {};
  }

  lose(): void {
    this.live = new Store();
  }

  async upsert(documents: readonly PublicDocument[]): Promise<void> {
    await this.write(documents);
  }

  async remove(tombstones: readonly Tombstone[]): Promise<void> {
    await this.write(tombstones);
  }

  search(_query: SearchQuery): Promise<SearchPage> {
    return Promise.resolve({ hits: [], total: { value: 0, relation: 'eq' }, generation: this.live?.generation ?? '' });
  }

  suggest(): Promise<Suggestions> {
    return Promise.resolve({ titles: [], generation: this.live?.generation ?? '' });
  }

  generation(): Promise<string | undefined> {
    return Promise.resolve(this.live?.generation);
  }

  async count(): Promise<number> {
    this.counts += 1;
    this.beforeCount();
    return Object.keys(this.documents).length;
  }

  rebuild(): Promise<IndexRebuild> {
    const next = new Store();
    this.next = next;
    this.rebuilds += 1;
    return Promise.resolve({
      generation: next.generation,
      add: async (items: readonly (PublicDocument | Tombstone)[]) => {
        await this.beforeAdd();
        if (this.next !== next) throw new RebuildGivenUp('Another rebuild began');
        next.put(items);
      },
      finish: () => {
        if (this.next !== next) return Promise.reject(new RebuildGivenUp('Another rebuild began'));
        try {
          this.beforeSwap();
        } catch (error) {
          return Promise.reject(error as Error);
        }
        [this.live, this.next] = [next, undefined];
        return Promise.resolve().then(() => this.afterSwap());
      },
      abandon: () => {
        if (this.next === next) this.next = undefined;
        return Promise.resolve();
      },
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private write(items: readonly (PublicDocument | Tombstone)[]): Promise<void> {
    for (const store of [this.live, this.next]) store?.put(items);
    return Promise.resolve();
  }
}
