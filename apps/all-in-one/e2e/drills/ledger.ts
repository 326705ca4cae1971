import { eventually, type TestBody } from '@mediamesh/testing';
import { createSource, everyPage, hasEnded, runSource } from '../imports.js';
import type { RunningMesh } from '../mesh.js';
import type { NineProcesses } from '../nine-processes.js';

/**
 * What may be public of a program: the word by which its title is known, or nothing. More than one while an answer did
 * not tell.
 */
type Public = string | null;

/** A program whose creation was acknowledged. */
export interface Entry {
  readonly id: string;
  public: readonly Public[];
}

interface Import {
  readonly sourceId: string;
  readonly items: number;
}

const databases = ['auth', 'cms', 'metadata', 'media', 'ingest', 'search', 'discovery'] as const;
/** How many programs are looked at side by side. */
const width = 8;

/** Stands in every text that must never be public. */
export const secret = 'طيالكتمان';
export const titleOf = (word: string): string => `${word} برنامج`;

/** Everything that was acknowledged, and what must be visible because of it. */
export class Ledger {
  readonly entries: Entry[] = [];
  readonly imports: Import[] = [];
  private words = 0;
  private compared = 0;

  constructor(private readonly mesh: RunningMesh<NineProcesses>) {}

  /** A word like no other, which no stemmer brings near another. */
  createWord(): string {
    this.words += 1;
    return `كلمة${[...String(this.words).padStart(4, '0')].map((digit) => 'بتثجحخدذرز'[Number(digit)]).join('و')}`;
  }

  /** Programs that are public for certain and that nobody changes any more. */
  get settled(): readonly (Entry & { readonly word: string })[] {
    return this.entries
      .slice(0, this.compared)
      .flatMap((entry) => (entry.public.length === 1 && entry.public[0] ? [{ ...entry, word: entry.public[0] }] : []));
  }

  /**
   * Compares all that was acknowledged with all that is visible, until they agree; answers after how many seconds they
   * did. Nothing may be missing, nothing there twice, nothing public that should not be, no event left unsent or given
   * up. Rejects after a minute, naming the differences.
   */
  async compare(): Promise<number> {
    const start = performance.now();
    await eventually(
      () => this.findDifferences(),
      (differences) => differences.length === 0,
      'everything acknowledged is visible, once, and nothing else',
      { timeoutMs: 60_000 },
    );
    this.compared = this.entries.length;
    const seconds = (performance.now() - start) / 1_000;
    await this.completeImports();
    return seconds;
  }

  private async findDifferences(): Promise<string[]> {
    const { mesh } = this;
    const stuck = await this.findStuckEvents();
    if (stuck.length > 0) return stuck;
    const kept = new Map(
      (await everyPage((query) => mesh.editors('GET', `/cms/programs${query}`))).map((row) => [row.id as string, row]),
    );
    const shown = (await everyPage((query) => mesh.public(`/programs${query}`))).map(({ id }) => id as string);
    const published = [...kept.values()].filter(({ status }) => status === 'published').map(({ id }) => id as string);
    const differences = [
      ...published.filter((id) => !shown.includes(id)).map((id) => `${id} is published and not shown`),
      ...shown.filter((id) => !published.includes(id)).map((id) => `${id} is shown and not published`),
      ...shown.filter((id, index) => shown.indexOf(id) !== index).map((id) => `${id} is shown twice`),
    ];
    const open = this.entries.slice(this.compared);
    for (let at = 0; at < open.length && differences.length < 10; at += width) {
      differences.push(
        ...(
          await Promise.all(open.slice(at, at + width).map((entry) => this.findDifference(entry, kept.get(entry.id))))
        ).flat(),
      );
    }
    return differences;
  }

  /** What of a program is not as it was acknowledged; settles what no answer told. */
  private async findDifference(entry: Entry, row: TestBody | undefined): Promise<string[]> {
    if (!row) return [`${entry.id} was created and is gone`];
    const page = await this.mesh.public(`/programs/${entry.id}`);
    const visible = page.status === 200 ? (page.body.title as string) : null;
    const found = entry.public.find((word) => (word === null ? null : titleOf(word)) === visible);
    if (found === undefined || (found !== null) !== (row.status === 'published'))
      return [`${entry.id} is ${row.status} and shows ${visible}, not one of ${entry.public.join()}`];
    const others = entry.public.filter((word) => word !== found && word !== null);
    const misleading = await Promise.all(
      others.map(async (word) =>
        (await this.search(word ?? '')).length > 0 ? [`${entry.id} is found by ${word} which is not its name`] : [],
      ),
    );
    const hits = found === null ? [] : await this.search(found);
    if (found !== null && hits.join() !== entry.id)
      return [`${entry.id} should be found by ${found} once: ${hits.join()}`];
    if (misleading.flat().length === 0) entry.public = [found];
    return misleading.flat();
  }

  /** The ids that a word finds by the search engine itself. */
  private async search(word: string): Promise<string[]> {
    const { status, body } = await this.mesh.search(word);
    if (status !== 200 || body.degraded) return [`${status}${body.degraded ? ' degraded' : ''}`];
    return body.items.map((hit: TestBody) => (hit.program ?? hit.episode).id as string);
  }

  private async findStuckEvents(): Promise<string[]> {
    const { host } = this.mesh;
    const rows = await Promise.all(
      databases.map(
        async (name) =>
          (
            await host.query(
              name,
              `select (select count(*) from outbox where sent_at is null) as unsent,
                      (select string_agg(consumer || ': ' || error, '; ') from dead_letters) as dead`,
            )
          )[0],
      ),
    );
    return databases.flatMap((name, at) => [
      ...(Number(rows[at]?.['unsent']) > 0 ? [`${name} has ${rows[at]?.['unsent']} events to send`] : []),
      ...(rows[at]?.['dead'] ? [`${name} gave up: ${rows[at]['dead']}`] : []),
    ]);
  }

  /** A run that a fault cut off is done again; then exactly the episodes of the feed are there. */
  private async completeImports(): Promise<void> {
    const { mesh } = this;
    for (const { sourceId, items } of this.imports.splice(0)) {
      const runs = (): Promise<TestBody[]> =>
        mesh.editors('GET', `/ingest/runs?sourceId=${sourceId}`).then(({ body }) => body.items as TestBody[]);
      await eventually(runs, (all) => all.length > 0 && all.every(hasEnded), 'every run has ended', {
        timeoutMs: 60_000,
      });
      const { programId, status, error } = await runSource(mesh, sourceId);
      if (status !== 'completed')
        throw new Error(`the import of ${sourceId} cannot be completed: ${JSON.stringify(error)}`);
      const program = await eventually(
        () => mesh.public(`/programs/${programId}`),
        ({ body }) => body.episodeCount === items,
        `all ${items} episodes are public`,
        { timeoutMs: 60_000 },
      );
      const ids = (await everyPage((query) => mesh.public(`/programs/${program.body.id}/episodes${query}`))).map(
        ({ id }) => id as string,
      );
      if (ids.length !== items || new Set(ids).size !== items)
        throw new Error(`${ids.length} episodes instead of ${items}`);
    }
  }

  /** Makes a source for an import of some episodes. */
  addSource(url: string): Promise<string> {
    return createSource(this.mesh, url);
  }
}
