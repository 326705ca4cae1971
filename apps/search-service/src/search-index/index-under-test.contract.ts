import type { Facets, PublicDocument } from '@mediamesh/contracts';
import { eventually } from '@mediamesh/testing';
import { PatientIndex } from './patient-index.builder.js';
import { buildProgram, buildTombstone, type Texts } from './public-document.builder.js';
import type { Place, SearchFilters, SearchIndex, SearchPage, Suggestion } from './search-index.js';

/** Honest differences between adapters. */
export interface SearchIndexFeatures {
  /** Whether a write is found as soon as it has resolved. */
  readonly refreshIsImmediate: boolean;
}

/** Opens the index of one place: empty at first, later with what it was left with. */
export type IndexPlace = () => Promise<SearchIndex>;

/** The index that a test works on. */
export class IndexUnderTest {
  private readonly features: SearchIndexFeatures;
  private readonly makePlace: () => IndexPlace;
  private place: IndexPlace | undefined;
  private opened: SearchIndex | undefined;
  private marks = 0;

  constructor(features: SearchIndexFeatures, makePlace: () => IndexPlace) {
    this.features = features;
    this.makePlace = makePlace;
  }

  get index(): SearchIndex {
    if (!this.opened) throw new Error('No index is open');
    return this.opened;
  }

  /** An empty one. */
  async open(): Promise<SearchIndex> {
    this.place = this.makePlace();
    return (this.opened = new PatientIndex(await this.place()));
  }

  /** Closes the index and opens it again. */
  async reopen(): Promise<SearchIndex> {
    if (!this.place) throw new Error('No index is open');
    await this.index.close();
    return (this.opened = new PatientIndex(await this.place()));
  }

  async close(): Promise<void> {
    await this.opened?.close();
    this.opened = undefined;
  }

  /** Returns when all that was written is found: what comes last is found last. */
  async settle(): Promise<void> {
    if (this.features.refreshIsImmediate) return;
    const mark = `settled${'abcdefghij'[this.marks % 10]!.repeat(3 + this.marks++)}`;
    await this.index.upsert([buildProgram(mark, { en: mark })]);
    await eventually(
      () => this.ids(mark),
      (found) => found.includes(mark),
      'what was written is found',
    );
    await this.index.remove([buildTombstone(mark, 2)]);
    await eventually(
      () => this.ids(mark),
      (found) => !found.includes(mark),
      'what was removed is found no more',
    );
  }

  async fill(documents: readonly PublicDocument[]): Promise<void> {
    await this.index.upsert(documents);
    await this.settle();
  }

  fillPrograms(texts: Readonly<Record<string, Texts>>): Promise<void> {
    return this.fill(Object.entries(texts).map(([id, text]) => buildProgram(id, text)));
  }

  search(
    text: string,
    filters: SearchFilters = {},
    { limit = 20, after }: { limit?: number | undefined; after?: Place | undefined } = {},
  ): Promise<SearchPage> {
    return this.index.search({ text, filters, limit, after });
  }

  async ids(text: string, filters: SearchFilters = {}): Promise<string[]> {
    return (await this.search(text, filters)).hits.map(({ id }) => id);
  }

  async facets(text: string, filters: SearchFilters = {}): Promise<Facets | undefined> {
    return (await this.index.search({ text, filters, limit: 1, facets: true })).facets;
  }

  async suggest(
    text: string,
    { limit = 10, language }: { limit?: number; language?: string } = {},
  ): Promise<readonly Suggestion[]> {
    return (await this.index.suggest(text, { limit, language })).titles;
  }

  async didYouMean(text: string, filters: SearchFilters = {}): Promise<string | undefined> {
    return (await this.search(text, filters)).didYouMean;
  }
}
