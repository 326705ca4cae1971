import type { Terminal } from './terminal.js';

const barWidth = 24;
/** The shortest time between two lines where a line cannot be redrawn, in milliseconds. */
const lineEveryMs = 2_000;

export interface Progress {
  readonly text: string;
  /** Unchanged while there is no progress. */
  readonly moved: string;
  readonly ended: boolean;
}

/** A bar for a share from 0 to 1. */
export function barOf(share: number): string {
  const full = Math.floor(Math.min(Math.max(share, 0), 1) * barWidth);
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}

/** Shows progress in one line that is redrawn, or else in new lines from time to time. */
export class ProgressLine<T> {
  private readonly start: number;
  private shownAt = Number.NEGATIVE_INFINITY;
  private shown = '';

  constructor(
    private readonly terminal: Terminal,
    private readonly clock: () => number,
    private readonly describe: (one: T, elapsedMs: number) => Progress,
  ) {
    this.start = clock();
  }

  show(one: T): void {
    const now = this.clock();
    const { text, moved, ended } = this.describe(one, now - this.start);
    if (this.terminal.redraws) {
      this.terminal.note(`\r${text.slice(0, this.terminal.columns - 1)}\x1b[K`);
      return;
    }
    if (moved === this.shown || (!ended && now - this.shownAt < lineEveryMs)) return;
    this.shown = moved;
    this.shownAt = now;
    this.terminal.note(`${text}\n`);
  }

  /** Ends the line, so that other output may follow. */
  end(): void {
    if (this.terminal.redraws) this.terminal.note('\n');
  }
}
