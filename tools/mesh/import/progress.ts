import type { ImportRun } from '@mediamesh/contracts';
import type { Terminal } from '../terminal.js';

const barWidth = 24;
/** Without a line that can be redrawn, a new line at most this often, in milliseconds. */
const lineEveryMs = 2_000;

/** Items that are decided, whatever became of them. */
export const decidedCount = ({ counts }: Pick<ImportRun, 'counts'>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** How far a run is, as one line; `elapsedMs` since it was asked for. */
export function progressText(run: Pick<ImportRun, 'status' | 'total' | 'counts'>, elapsedMs: number): string {
  const seconds = `${Math.floor(elapsedMs / 1000)} s`;
  if (run.status === 'queued') return `${bar(0)} waiting · ${seconds}`;
  if (run.total === null) return `${bar(0)} reading the feed · ${seconds}`;
  const done = decidedCount(run);
  return `${bar(run.total === 0 ? 1 : done / run.total)} ${done}/${run.total} items · ${seconds}`;
}

function bar(share: number): string {
  const full = Math.floor(Math.min(Math.max(share, 0), 1) * barWidth);
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}

/** Shows a run's progress: one line that is redrawn, or, where that is not possible, a line now and then when something moved. */
export class ProgressLine {
  readonly #start: number;
  #shownAt = Number.NEGATIVE_INFINITY;
  #shown = '';

  constructor(
    private readonly terminal: Terminal,
    private readonly clock: () => number,
  ) {
    this.#start = clock();
  }

  show(run: ImportRun): void {
    const now = this.clock();
    const text = progressText(run, now - this.#start);
    if (this.terminal.redraws) {
      this.terminal.note(`\r${text.slice(0, this.terminal.columns - 1)}\x1b[K`);
      return;
    }
    const moved = `${run.status} ${run.total} ${decidedCount(run)}`;
    const ended = run.status === 'completed' || run.status === 'failed';
    if (moved === this.#shown || (!ended && now - this.#shownAt < lineEveryMs)) return;
    this.#shown = moved;
    this.#shownAt = now;
    this.terminal.note(`${text}\n`);
  }

  /** Leaves the line, so that others may write. */
  end(): void {
    if (this.terminal.redraws) this.terminal.note('\n');
  }
}
