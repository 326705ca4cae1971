import type { SearchPage } from '../search-index.js';

export interface RankedList {
  readonly rows: Float64Array;
  readonly scores: Float32Array;
  readonly total: SearchPage['total'];
}

/** Capacity for all lists, in hits of 12 bytes: about 12 MB. */
const maximumWeight = 1_000_000;

/** An LRU cache: the second page comes from the same list as the first, even after writes. */
export class RankedLists {
  private readonly lists = new Map<string, RankedList>();
  private weight = 0;

  /** The list of a query in the state of the index after `changes` changes. */
  find(question: string, changes: number): RankedList | undefined {
    const key = `${changes} ${question}`;
    const list = this.lists.get(key);
    if (list) {
      this.lists.delete(key);
      this.lists.set(key, list);
    }
    return list;
  }

  keep(question: string, changes: number, list: RankedList): RankedList {
    const own = `${changes} ${question}`;
    this.lists.set(own, list);
    this.weight += weightOf(own, list);
    for (const [key, oldest] of this.lists) {
      if (this.weight <= maximumWeight) break;
      this.lists.delete(key);
      this.weight -= weightOf(key, oldest);
    }
    return list;
  }
}

/** An empty list takes room too, and so does its query, at two bytes a letter. */
const weightOf = (key: string, list: RankedList): number => list.rows.length + 20 + Math.ceil(key.length / 6);
