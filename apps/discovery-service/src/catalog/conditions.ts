import { facetsAllowed, facetsNeeded } from './catalog-keys.js';
import { type CatalogFilter, type ListPosition, placeExpired } from './catalog-store.js';

export type SortKey = readonly [column: string, type: string];

/** The conditions of a query on one table, joined by `and`, and their parameters. */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  constructor(private readonly table: string) {}

  get sql(): string {
    return this.parts.join(' and ') || 'true';
  }

  /** `write` gets the placeholder of the value. */
  and(write: (placeholder: string) => string, ...value: readonly unknown[]): this {
    this.values.push(...value);
    this.parts.push(write(`$${this.values.length}`));
    return this;
  }

  equal(column: string, type: string, value: unknown): this {
    return this.and((placeholder) => `${this.table}.${column} = ${placeholder}::${type}`, value);
  }

  passing(filter: CatalogFilter): this {
    const needed = facetsNeeded(filter);
    const allowed = facetsAllowed(filter);
    if (needed.length > 0) this.and((value) => `${this.table}.facets @> ${value}::text[]`, needed);
    if (allowed) this.and((value) => `${this.table}.facets && ${value}::text[]`, allowed);
    return this;
  }

  /** Keeps the rows after a position; all keys have the same direction. */
  beyond(after: ListPosition | undefined, way: 'asc' | 'desc', keys: readonly SortKey[]): this {
    if (!after) return this;
    if (after.length !== keys.length) throw placeExpired();
    const first = this.values.length;
    this.values.push(...after);
    const columns = keys.map(([column]) => `${this.table}.${column}`).join(', ');
    const place = keys.map(([, type], index) => `$${first + index + 1}::${type}`).join(', ');
    this.parts.push(`(${columns}) ${way === 'asc' ? '>' : '<'} (${place})`);
    return this;
  }
}
