import type { Terminal } from './terminal.js';

const barWidth = 24;
/** Without a line that can be redrawn, a new line at most this often, in milliseconds. */
const lineEveryMs = 2_000;

/** How far something is. */
export interface Progress {
  readonly text: string;
  /** The same as long as nothing moves. */
  readonly moved: string;
  readonly ended: boolean;
}

/** A bar that is full at 1. */
export function barOf(share: number): string {
  const full = Math.floor(Math.min(Math.max(share, 0), 1) * barWidth);
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}

/**
 * Shows how far something is: one line that is redrawn, or, where that is not possible, a line now and then when
 * something moved.
 */
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

  /** Leaves the line, so that others may write. */
  end(): void {
    if (this.terminal.redraws) this.terminal.note('\n');
  }
}
