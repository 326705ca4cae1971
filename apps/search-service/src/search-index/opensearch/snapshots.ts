import { type OpenSearchEngine, patience } from './engine.js';

/** A point in time of an index. */
export interface Snapshot {
  readonly pit: string;
  /** When it was made, in milliseconds; every process reads it by its own clock. */
  readonly since: number;
}

interface Begun {
  readonly index: string;
  readonly since: number;
  readonly snapshot: Promise<Snapshot>;
}

/**
 * Milliseconds for which OpenSearch keeps a snapshot after its last use. It lengthens that when asked to, and never
 * shortens it.
 */
const kept = 120_000;
export const snapshotKept = `${kept}ms`;
/** Milliseconds after which a snapshot is gone, however often it is used. */
const longest = 600_000;
/** Milliseconds for which one snapshot begins new lists: the longer, the more of them may still be there. */
const shared = { least: 3_000, each: 300 };

/** Whether a snapshot must not be used any more, because it would be kept for too long. */
export const isTooOld = (since: number, now: number): boolean => now > since + longest - kept;

/**
 * Points in time of an index, which fix the lists that are paged. OpenSearch holds few of them (300 for each node), and
 * whoever pages on keeps one. So lists that leave their first page within the same seconds share one, and each is gone
 * ten minutes after it was made. Whatever people do, a process holds little more than sixty at a time: four processes
 * have room on one node.
 */
export class Snapshots {
  private readonly engine: OpenSearchEngine;
  private readonly clock: () => number;
  private current: Begun | undefined;
  /** When those were made that may still be there. */
  private made: readonly number[] = [];

  constructor(engine: OpenSearchEngine, clock: () => number) {
    this.engine = engine;
    this.clock = clock;
  }

  /** Chooses before anything is waited for: of all who ask at once, one makes it. */
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
      // whoever waits for it is told; the next one is made anew
      this.current = undefined;
      throw error;
    }
  }
}
