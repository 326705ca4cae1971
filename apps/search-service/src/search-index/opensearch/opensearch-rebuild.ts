import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import { Refusal } from '@mediamesh/contracts';
import type { Stemmer } from '@mediamesh/text';
import { type IndexRebuild, RebuildGivenUp } from '../search-index.js';
import { EngineRefusal, type OpenSearchEngine, patience } from './engine.js';
import { describeDocument, describeTombstone } from './index-documents.js';
import { aliasesOf, describeIndex, indexOf, type IndexSettings, nameGeneration, readMoment } from './index-shape.js';
import { IndexWriter } from './index-writer.js';
import { findIndexes } from './live-indexes.js';

/** Concurrent rebuilds compete for the alias; the last one wins. */
const tries = 10;
/** Milliseconds in which an index without an alias may still be about to get one. */
const forgottenAfter = 3_600_000;

/** An index filled beside the live one, behind the alias `<alias>-building`, which every writer resolves. */
export class OpenSearchRebuild implements IndexRebuild {
  private readonly engine: OpenSearchEngine;
  private readonly settings: IndexSettings;
  private readonly index: string;
  private readonly stem: Stemmer;
  private readonly writer: IndexWriter;
  private finished = false;

  private constructor(
    engine: OpenSearchEngine,
    settings: IndexSettings,
    readonly generation: string,
    stem: Stemmer,
  ) {
    this.engine = engine;
    this.settings = settings;
    this.index = indexOf(settings.alias, generation);
    this.stem = stem;
    this.writer = new IndexWriter(engine, async () => {
      await this.needPlace();
      return [aliasesOf(settings.alias).building];
    });
  }

  /**
   * Creates the index and, in one alias update, gives up the index being filled and the previous one. Then it deletes
   * those, and what interrupted starts left. An index is deleted only when it can no longer go live: for that it must
   * be behind `<alias>-building`.
   */
  static async begin(engine: OpenSearchEngine, settings: IndexSettings, stem: Stemmer): Promise<OpenSearchRebuild> {
    const generation = nameGeneration(new Date());
    const index = indexOf(settings.alias, generation);
    // No search reads it yet, so it is not refreshed.
    await engine.send({
      method: 'PUT',
      path: `/${index}`,
      body: describeIndex({ ...settings, refreshMs: -1 }),
      patience: patience.shape,
    });
    const rebuild = new OpenSearchRebuild(engine, settings, generation, stem);
    try {
      await rebuild.takePlace();
      await rebuild.removeForgotten();
      return rebuild;
    } catch (error) {
      await rebuild.remove(index);
      throw error;
    }
  }

  add(items: readonly (PublicDocument | Tombstone)[]): Promise<void> {
    return this.writer.write(
      items.map(
        (item) => () => ('localizations' in item ? describeDocument(item, this.stem) : describeTombstone(item)),
      ),
    );
  }

  async finish(): Promise<void> {
    const { alias, refreshMs } = this.settings;
    const names = aliasesOf(alias);
    await this.needPlace();
    await this.engine.send({
      method: 'PUT',
      path: `/${this.index}/_settings`,
      body: { index: { refresh_interval: `${refreshMs}ms` } },
      patience: patience.shape,
    });
    await this.engine.send({ method: 'POST', path: `/${this.index}/_refresh`, patience: patience.shape });
    const { live } = await findIndexes(this.engine, alias);
    const actions = [
      leave(this.index, names.building),
      { add: { index: this.index, alias: names.live } },
      ...live.flatMap(({ index }) => [
        { remove: { index, alias: names.live } },
        { add: { index, alias: names.previous } },
      ]),
    ];
    try {
      await this.engine.send({ method: 'POST', path: '/_aliases', body: { actions }, patience: patience.shape });
    } catch (error) {
      throw isMissing(error) ? new RebuildGivenUp('Another rebuild began meanwhile', { cause: error }) : error;
    }
    this.finished = true;
  }

  async abandon(): Promise<void> {
    if (this.finished) return;
    try {
      await this.engine.send({
        method: 'POST',
        path: '/_aliases',
        body: { actions: [leave(this.index, aliasesOf(this.settings.alias).building)] },
        patience: patience.shape,
      });
    } catch (error) {
      // Given up by another rebuild, or already live and only the response was lost.
      if (isMissing(error)) return;
      throw error;
    }
    await this.remove(this.index);
  }

  private async takePlace(): Promise<void> {
    const { alias } = this.settings;
    const names = aliasesOf(alias);
    for (let attempt = 1; ; attempt++) {
      const { live, building, previous } = await findIndexes(this.engine, alias);
      const actions = [
        ...building.map(({ index }) => leave(index, names.building)),
        ...previous.map((index) => leave(index, names.previous)),
        // An alias has at most one write index, so of two concurrent starts the later is refused and retries.
        { add: { index: this.index, alias: names.building, is_write_index: true } },
      ];
      try {
        await this.engine.send({ method: 'POST', path: '/_aliases', body: { actions }, patience: patience.shape });
      } catch (error) {
        if (attempt === tries || !(isMissing(error) || isTaken(error))) throw error;
        continue;
      }
      // An index that was put back is live and previous at once.
      const answering = new Set(live.map(({ index }) => index));
      for (const index of new Set([...previous, ...building.map(({ index }) => index)]).difference(answering))
        await this.remove(index);
      return;
    }
  }

  /** Deletes indexes without an alias: an interrupted start leaves one, and so does putting an earlier index back. */
  private async removeForgotten(): Promise<void> {
    const { alias } = this.settings;
    const found = await this.engine.send<Readonly<Record<string, { readonly aliases?: object } | string | number>>>({
      method: 'GET',
      path: `/${alias}-v*/_alias`,
      patience: patience.lookup,
      expect: [404],
    });
    for (const [index, one] of Object.entries(found)) {
      const made = readMoment(alias, index);
      if (
        typeof one === 'object' &&
        Object.keys(one.aliases ?? {}).length === 0 &&
        made !== undefined &&
        Date.now() - made > forgottenAfter
      )
        await this.remove(index);
    }
  }

  private remove(index: string): Promise<void> {
    return this.engine.send({ method: 'DELETE', path: `/${index}`, patience: patience.shape, expect: [404] });
  }

  private async needPlace(): Promise<void> {
    const { building } = await findIndexes(this.engine, this.settings.alias);
    if (!building.some(({ index }) => index === this.index))
      throw new RebuildGivenUp(`The index ${this.index} is being filled no more`);
  }
}

/** Removes an alias; the whole request fails when the index no longer has it. */
const leave = (index: string, alias: string): object => ({ remove: { index, alias, must_exist: true } });

const refusalOf = (error: unknown): EngineRefusal | undefined =>
  error instanceof Refusal && error.cause instanceof EngineRefusal ? error.cause : undefined;

const isMissing = (error: unknown): boolean => refusalOf(error)?.status === 404;

const isTaken = (error: unknown): boolean => refusalOf(error)?.type === 'illegal_state_exception';
