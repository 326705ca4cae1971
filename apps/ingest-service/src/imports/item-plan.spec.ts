import { describe, expect, it } from '@jest/globals';
import { identifyItems } from '../items/identity.js';
import type { SourceItem } from '../sources/source-content.js';
import type { StoredItem } from '../items/items.repository.js';
import { nameItem } from '../sources/rss/item-names.js';
import type { EpisodeResult } from './episode-sender.js';
import { batchesOf, planItems } from './item-plan.js';
import { isSettled, recordOf } from './item-record.js';

const item = (guid: string, changes: Partial<SourceItem> = {}): SourceItem => ({
  guid,
  title: guid,
  kind: 'full',
  people: [],
  categories: [],
  block: false,
  warnings: [],
  ...changes,
});
const plan = (items: SourceItem[], known: StoredItem[] = [], mayPublish = false) =>
  planItems(identifyItems(items.map(nameItem), known).items, new Map(known.map((one) => [one.key, one])), {
    mayPublish,
  });
const batches = (planned: ReturnType<typeof plan>) => [...batchesOf(planned, 'ar', {})];
const sent = (changes: Partial<EpisodeResult> = {}): EpisodeResult => ({
  key: 'guid:1',
  outcome: 'new',
  episodeId: 'e1',
  published: false,
  codes: [],
  errors: [],
  isPassing: false,
  ...changes,
});

/** What a run would remember of these items. */
const remembered = (items: SourceItem[], changes: Partial<EpisodeResult> = {}, mayPublish = false): StoredItem[] => {
  const planned = plan(items, [], mayPublish);
  batches(planned);
  return planned.map((one) => recordOf(one, sent({ key: one.key, ...changes })).remember!);
};

describe('the items of a run', () => {
  it('are sent in batches of at most two hundred, in the order of the feed', () => {
    const sizes = batches(plan(Array.from({ length: 450 }, (_, index) => item(`${index}`)))).map((batch) =>
      batch.map(({ identified }) => identified.position),
    );
    expect(sizes.map(({ length }) => length)).toEqual([200, 200, 50]);
    expect(sizes.flat()).toEqual(Array.from({ length: 450 }, (_, index) => index));
  });

  it('are sent in smaller batches where they are large', () => {
    const large = Array.from({ length: 250 }, (_, index) => item(`${index}`, { description: 'نص '.repeat(6_600) }));
    expect(
      batches(plan(large)).every((batch) => JSON.stringify(batch.map(({ content }) => content)).length < 4_100_000),
    ).toBe(true);
  });

  it('are not sent when nothing has changed', () => {
    const known = remembered([item('1')]);
    const [[unchanged, changed] = []] = batches(plan([item('1'), item('2')], known));
    expect([unchanged?.content, changed?.content?.localizations]).toEqual([undefined, { ar: { title: '2' } }]);
    expect(recordOf(unchanged!, undefined)).toMatchObject({ outcome: 'unchanged', episodeId: 'e1' });
  });

  it('are sent again unchanged until they are public, where they may be', () => {
    const waiting = remembered([item('1')], { codes: ['readiness.media_missing'] }, true);
    expect(batches(plan([item('1')], waiting, true))[0]?.[0]?.content).toBeDefined();
    expect(batches(plan([item('1')], waiting, false))[0]?.[0]?.content).toBeUndefined();
    expect(
      batches(plan([item('1')], remembered([item('1')], { published: true }, true), true))[0]?.[0]?.content,
    ).toBeUndefined();
  });

  it.each<[string, boolean, Partial<EpisodeResult>]>([
    ['what may not be published anyway', true, {}],
    ['what failed', false, { outcome: 'failed' }],
  ])('need no other sending: %s is %s', (_name, settled, changes) => {
    expect(isSettled(plan([item('1')])[0]!, sent(changes))).toBe(settled);
  });

  it.each<[string, boolean, Partial<EpisodeResult>]>([
    ['what was published', true, { published: true }],
    ['what an editor has taken in hand', true, { outcome: 'unchanged' }],
    ['what lacks something', false, { outcome: 'unchanged', codes: ['readiness.media_missing'] }],
    ['what is new and not published', false, {}],
  ])('wait for publication: %s is %s', (_name, settled, changes) => {
    expect(isSettled(plan([item('1')], [], true)[0]!, sent(changes))).toBe(settled);
  });

  it('stay public in what is told when a change of theirs is not yet', () => {
    const known = remembered([item('1')], { published: true }, true);
    const [one] = plan([item('1', { title: 'other' })], known, true);
    expect(recordOf(one!, sent({ outcome: 'changed', published: true }))).toMatchObject({
      published: true,
      madePublic: true,
    });
    expect(recordOf(one!, sent({ outcome: 'changed', published: false }))).toMatchObject({
      published: true,
      madePublic: false,
    });
  });
});
