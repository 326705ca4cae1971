import type { ImportRun } from '@mediamesh/contracts';
import { barOf, type Progress } from '../progress-line.js';

/** The number of processed items, whatever their outcome. */
export const decidedCount = ({ counts }: Pick<ImportRun, 'counts'>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** The progress of a run; `elapsedMs` since its start. */
export const progressOf = (run: ImportRun, elapsedMs: number): Progress => ({
  text: progressText(run, elapsedMs),
  moved: `${run.status} ${run.total} ${decidedCount(run)}`,
  ended: run.status === 'completed' || run.status === 'failed',
});

export function progressText(run: Pick<ImportRun, 'status' | 'total' | 'counts'>, elapsedMs: number): string {
  const seconds = `${Math.floor(elapsedMs / 1000)} s`;
  if (run.status === 'queued') return `${barOf(0)} waiting · ${seconds}`;
  if (run.total === null) return `${barOf(0)} reading the feed · ${seconds}`;
  const done = decidedCount(run);
  return `${barOf(run.total === 0 ? 1 : done / run.total)} ${done}/${run.total} items · ${seconds}`;
}
