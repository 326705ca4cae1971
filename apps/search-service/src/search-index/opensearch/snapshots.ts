import { type OpenSearchEngine, patience } from './engine.js';

interface Snapshot {
  readonly index: string;
  readonly pit: string;
  readonly since: number;
}

/** Milliseconds for which one snapshot begins new lists. */
const shared = 3_000;
/** How long OpenSearch keeps a snapshot after its last use. */
export const snapshotKept = '2m';

/**
 * Points in time of an index, which fix the lists that are paged. OpenSearch holds few of them (300 for each node), so lists that leave their first page
 * within the same seconds share one: at most forty of each process are kept at a time.
 */
export class Snapshots {
  readonly #engine: OpenSearchEngine;
  #current: Promise<Snapshot> | undefined;

  constructor(engine: OpenSearchEngine) {
    this.#engine = engine;
  }

  async find(index: string): Promise<string> {
    // one that could not be made was told to whoever asked for it; the next one is made anew
    const current = await this.#current?.catch(() => undefined);
    if (current?.index === index && Date.now() - current.since < shared) return current.pit;
    this.#current = this.#make(index);
    return (await this.#current).pit;
  }

  async #make(index: string): Promise<Snapshot> {
    const since = Date.now();
    const { pit_id: pit } = await this.#engine.send<{ pit_id: string }>({ method: 'POST', path: `/${index}/_search/point_in_time`, query: { keep_alive: snapshotKept, allow_partial_pit_creation: false }, patience: patience.query });
    return { index, pit, since };
  }
}
