import { describe, expect, it } from '@jest/globals';
import type { ImportRun } from '@mediamesh/contracts';
import { ProgressLine } from '../progress-line.js';
import { progressOf, progressText } from './progress.js';

const run = (change: Partial<ImportRun> = {}): ImportRun => ({
  id: 'r',
  sourceId: 's',
  status: 'running',
  total: null,
  published: 0,
  programId: null,
  codes: [],
  error: null,
  createdAt: '',
  startedAt: null,
  finishedAt: null,
  counts: { new: 0, changed: 0, unchanged: 0, duplicate: 0, failed: 0 },
  ...change,
});
const decided = (count: number): ImportRun['counts'] => ({
  new: count,
  changed: 0,
  unchanged: 0,
  duplicate: 0,
  failed: 0,
});

/** What a progress line writes for looks at given times. */
function written(redraws: boolean, looks: readonly (readonly [number, ImportRun])[], columns = 80): string[] {
  const notes: string[] = [];
  let now = 0;
  const line = new ProgressLine(
    { print: () => undefined, note: (text) => void notes.push(text), redraws, columns },
    () => now,
    progressOf,
  );
  for (const [at, look] of looks) {
    now = at;
    line.show(look);
  }
  line.end();
  return notes;
}

describe('the progress of a run', () => {
  it('tells what it is doing before the feed is read', () => {
    expect(progressText(run({ status: 'queued' }), 0)).toBe(`${'░'.repeat(24)} waiting · 0 s`);
    expect(progressText(run(), 1_900)).toBe(`${'░'.repeat(24)} reading the feed · 1 s`);
  });

  it('counts every decided item, whatever became of it', () => {
    const counts = { new: 2, changed: 1, unchanged: 1, duplicate: 1, failed: 1 };
    expect(progressText(run({ total: 12, counts }), 3_000)).toBe(`${'█'.repeat(12)}${'░'.repeat(12)} 6/12 items · 3 s`);
  });

  it('is full for a feed without items', () => {
    expect(progressText(run({ total: 0 }), 0)).toBe(`${'█'.repeat(24)} 0/0 items · 0 s`);
  });

  it('redraws one line on a terminal, no wider than that', () => {
    const notes = written(
      true,
      [
        [0, run()],
        [100, run({ total: 4 })],
      ],
      20,
    );
    expect(notes).toEqual([`\r${'░'.repeat(19)}\x1b[K`, `\r${'░'.repeat(19)}\x1b[K`, '\n']);
  });

  it('writes lines elsewhere, only when something moved, and not too often', () => {
    const looks = [
      [0, run({ total: 4 })],
      [500, run({ total: 4, counts: decided(1) })],
      [2_500, run({ total: 4, counts: decided(2) })],
      [9_000, run({ total: 4, counts: decided(2) })],
      [9_100, run({ status: 'completed', total: 4, counts: decided(4) })],
    ] as const;
    expect(written(false, looks).map((line) => /(\d\/\d) items/.exec(line)?.[1])).toEqual(['0/4', '2/4', '4/4']);
  });
});
