import { describe, expect, it } from '@jest/globals';
import type { ImportItem } from '@mediamesh/contracts';
import { countLines, type EpisodeState, itemLines, standingOf } from './report.js';

const item = (change: Partial<ImportItem> = {}): ImportItem => ({
  position: 0,
  key: 'guid:1',
  title: 'حلقة القهوة',
  outcome: 'new',
  episodeId: 'e',
  published: false,
  codes: [],
  ...change,
});
const episode = (change: Partial<EpisodeState> = {}): EpisodeState => ({
  status: 'draft',
  hasUnpublishedChanges: true,
  origin: {},
  ...change,
});

describe('an item of the report', () => {
  it('shows its place, outcome, standing and title, Arabic set apart', () => {
    expect(itemLines(item({ position: 11, published: true }), undefined, 'when_ready')).toEqual([
      '   12  new        public           \u2068حلقة القهوة\u2069',
    ]);
  });

  it('gives each code with its sentence, and a code of a newer version alone', () => {
    const [, ...reasons] = itemLines(
      item({ codes: ['readiness.media_missing', 'item.from_tomorrow'] }),
      episode(),
      'when_ready',
    ).map((line) => line.trim());
    expect(reasons).toEqual(['readiness.media_missing: There is nothing to play and no link', 'item.from_tomorrow']);
  });

  it("says why an editor's item is not as the feed has it", () => {
    expect(itemLines(item(), episode({ origin: { title: 'editor' } }), 'when_ready').at(-1)).toContain(
      'an editor has changed it',
    );
    expect(
      itemLines(item({ outcome: 'unchanged' }), episode({ status: 'unpublished' }), 'when_ready').at(-1),
    ).toContain('an editor withdrew it');
  });

  it('stays one line without a title', () => {
    expect(itemLines(item({ title: '', outcome: 'failed', episodeId: null }), undefined, 'draft')).toEqual([
      '    1  failed     —                (no title)',
    ]);
  });
});

describe('where an item stands', () => {
  it('is what the run says of an item it wrote, and what the episode says of the others', () => {
    expect(standingOf(item({ published: true }), undefined)).toBe('public');
    expect(standingOf(item({ outcome: 'unchanged', published: true }), episode({ status: 'unpublished' }))).toBe(
      'withdrawn',
    );
    expect(
      standingOf(item({ outcome: 'unchanged' }), episode({ status: 'published', hasUnpublishedChanges: false })),
    ).toBe('public');
    expect(standingOf(item({ outcome: 'changed' }), episode({ status: 'published' }))).toBe('public, changed');
    expect(standingOf(item(), episode())).toBe('draft');
    expect(standingOf(item({ outcome: 'failed', episodeId: null }), undefined)).toBe('—');
    expect(
      standingOf(item({ outcome: 'duplicate' }), episode({ status: 'published', hasUnpublishedChanges: false })),
    ).toBe('—');
  });
});

describe('the sum of a run', () => {
  const run = {
    counts: { new: 2, changed: 0, unchanged: 1, duplicate: 0, failed: 1 },
    total: 4,
    published: 1,
    codes: ['feed.moved'],
  };

  it('counts outcomes and standings, and notes what was odd about the feed', () => {
    const lines = countLines(run, ['public', 'draft', 'public', '—'], 'when_ready');
    expect(lines.slice(0, 2)).toEqual([
      'Items: 2 new, 0 changed, 1 unchanged, 0 duplicate, 1 failed (4 in the feed)',
      'Episodes: 2 public, 1 draft; this run published 1',
    ]);
    expect(lines[2]).toMatch(/^The feed: feed\.moved/);
  });

  it('says how to publish what was left to the editors, only where something was', () => {
    expect(countLines({ ...run, codes: [] }, ['draft'], 'draft').at(-1)).toContain('--publish');
    expect(countLines({ ...run, codes: [] }, ['public'], 'draft').join()).not.toContain('--publish');
  });
});
