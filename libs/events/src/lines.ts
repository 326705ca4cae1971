export interface Entry {
  readonly id: string;
  readonly key: string;
  readonly bytes: number;
}

interface Line<E> {
  readonly key: string;
  readonly entries: E[];
  timer?: NodeJS.Timeout;
}

/**
 * A queue of entries for each key, called a line. The entries of a line are handled one by one, and up to `parallel`
 * lines at the same time. A line that waits for a retry does not count.
 */
export class Lines<E extends Entry> {
  private readonly lines = new Map<string, Line<E>>();
  private readonly known = new Map<string, E>();
  private ready: Line<E>[] = [];
  private readonly running = new Set<E>();
  /** Running entries that must not be retried. */
  private readonly forgotten = new WeakSet<E>();
  private readonly idle: (() => void)[] = [];
  private heldBytes = 0;
  private stopped = false;

  /** `work` returns undefined when an entry is done, or the milliseconds before its retry. */
  constructor(
    private readonly options: {
      parallel: number;
      work: (entry: E) => Promise<number | undefined>;
      onDone?: (key: string) => void;
    },
  ) {}

  get size(): number {
    return this.known.size;
  }

  get bytes(): number {
    return this.heldBytes;
  }

  ids(): string[] {
    return [...this.known.keys()];
  }

  lengthOf(key: string): number {
    return this.lines.get(key)?.entries.length ?? 0;
  }

  keysLongerThan(length: number): string[] {
    return [...this.lines.values()].filter(({ entries }) => entries.length > length).map(({ key }) => key);
  }

  /** Appends entries to their lines and starts those there is room for. Skips known ids. */
  add(entries: readonly E[]): void {
    for (const entry of entries) if (!this.known.has(entry.id)) this.append(entry);
    this.pump();
  }

  /** Drops every entry that is not running. The running ones are not retried. */
  forget(): void {
    this.ready = [];
    for (const line of this.lines.values()) {
      clearTimeout(line.timer);
      const dropped = line.entries.splice(this.running.has(line.entries[0]!) ? 1 : 0);
      for (const entry of dropped) this.release(entry);
      if (line.entries.length === 0) this.lines.delete(line.key);
    }
    for (const entry of this.running) this.forgotten.add(entry);
  }

  /** Starts no more entries. Resolves when the running ones have ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const line of this.lines.values()) clearTimeout(line.timer);
    if (this.running.size > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private append(entry: E): void {
    this.known.set(entry.id, entry);
    this.heldBytes += entry.bytes;
    const line = this.lines.get(entry.key);
    if (line) {
      line.entries.push(entry);
      return;
    }
    const fresh: Line<E> = { key: entry.key, entries: [entry] };
    this.lines.set(entry.key, fresh);
    this.ready.push(fresh);
  }

  private pump(): void {
    while (!this.stopped && this.running.size < this.options.parallel) {
      const line = this.ready.shift();
      if (!line) return;
      void this.work(line);
    }
  }

  private async work(line: Line<E>): Promise<void> {
    const entry = line.entries[0]!;
    this.running.add(entry);
    const wait = await this.options.work(entry);
    this.running.delete(entry);
    if (wait === undefined || this.forgotten.has(entry)) this.finish(line, entry);
    else if (!this.stopped) line.timer = setTimeout(() => this.resume(line), wait);
    if (this.stopped && this.running.size === 0) for (const resolve of this.idle) resolve();
    this.pump();
  }

  private finish(line: Line<E>, entry: E): void {
    line.entries.shift();
    this.release(entry);
    if (line.entries.length > 0) this.ready.push(line);
    else this.lines.delete(line.key);
    this.options.onDone?.(line.key);
  }

  private release(entry: E): void {
    this.known.delete(entry.id);
    this.heldBytes -= entry.bytes;
  }

  private resume(line: Line<E>): void {
    this.ready.push(line);
    this.pump();
  }
}
