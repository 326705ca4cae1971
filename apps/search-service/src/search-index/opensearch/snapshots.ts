import { type OpenSearchEngine, patience } from './engine.js';

/** A point in time (PIT) of an index. */
export interface Snapshot {
  readonly pit: string;
  /** Creation time in milliseconds; every process compares it with its own clock. */
  readonly since: number;
}

interface Begun {
  readonly index: string;
  readonly since: number;
  readonly snapshot: Promise<Snapshot>;
}

/** Milliseconds that OpenSearch keeps a snapshot after its last use. A request can lengthen this, never shorten it. */
const kept = 120_000;
export const snapshotKept = `${kept}ms`;
/** Milliseconds after which a snapshot is gone, however often it is used. */
const longest = 600_000;
/** Milliseconds in which new lists share a snapshot: `each` for every one that may still exist, at least `least`. */
const shared = { least: 3_000, each: 300 };

/** Whether another use would keep the snapshot beyond its maximum age. */
export const isTooOld = (since: number, now: number): boolean => now > since + longest - kept;

/**
 * Points in time that fix paged lists. OpenSearch holds 300 per node, and every paged list keeps one in use. So lists
 * that leave their first page within the same seconds share one, and each is gone ten minutes after its creation. Under
 * any load a process holds little more than sixty, so one node has room for four processes.
 */
export class Snapshots {
  private readonly engine: OpenSearchEngine;
  private readonly clock: () => number;
  private current: Begun | undefined;
  /** Creation times of the snapshots that may still exist. */
  private made: readonly number[] = [];

  constructor(engine: OpenSearchEngine, clock: () => number) {
    this.engine = engine;
    this.clock = clock;
  }

  /** Synchronous, so that concurrent calls share one request. */
  find(index: string): Promise<Snapshot> {
    const now = this.clock();
    this.made = this.made.filter((since) => now < since + longest);
    const current = this.current;
    const enough = Math.max(shared.least, this.made.length * shared.each);
    if (current?.index === index && now < current.since + enough) return current.snapshot;
    return (this.current = { index, since: now, snapshot: this.make(index, now) }).snapshot;
  }

  private async make(index: string, since: number): Promise<Snapshot> {
    try {
      const { pit_id: pit } = await this.engine.send<{ pit_id: string }>({
        method: 'POST',
        path: `/${index}/_search/point_in_time`,
        query: { keep_alive: snapshotKept, allow_partial_pit_creation: false },
        patience: patience.query,
      });
      this.made = [...this.made, since];
      return { pit, since };
    } catch (error) {
      // callers that share it get the error; the next call makes a new one
      this.current = undefined;
      throw error;
    }
  }
}
