import { describe, expect, it } from '@jest/globals';
import { nameItem } from '../sources/rss/item-names.js';
import type { SourceItem } from '../sources/source-content.js';
import { hashContent } from './content-hash.js';
import { identifyItems, type KnownItem } from './identity.js';

/** Items of an RSS feed, which are named by most rules. */
const identify = (items: SourceItem[], known: Iterable<KnownItem>) => identifyItems(items.map(nameItem), known);

function item(fields: Partial<SourceItem> & { audio?: string }): SourceItem {
  const { audio, ...rest } = fields;
  return {
    kind: 'full',
    people: [],
    categories: [],
    block: false,
    warnings: [],
    ...(audio && { enclosure: { url: `https://cdn.example/${audio}` } }),
    ...rest,
  };
}

/** Runs documents one after the other, as a source would, remembering what an ingest run remembers. */
function runAll(...documents: SourceItem[][]): { keys: string[][]; known: Map<string, KnownItem> } {
  const known = new Map<string, KnownItem>();
  const keys = documents.map((document) => {
    const { items } = identify(document, known.values());
    for (const { key, name, enclosure, link } of items) known.set(key, { key, name, enclosure, link });
    return items.map(({ key }) => key);
  });
  return { keys, known };
}

const A = item({ guid: 'g', audio: 'a.mp3', link: 'https://x.example/a', title: 'A' });
const B = item({ guid: 'g', audio: 'b.mp3', link: 'https://x.example/b', title: 'B' });
const C = item({ guid: 'g', audio: 'c.mp3', link: 'https://x.example/c', title: 'C' });

describe('the key of an item', () => {
  it.each<[string, SourceItem, string]>([
    ['its guid', item({ guid: 'Ab ', audio: 'a.mp3' }), 'guid:Ab '],
    [
      'its enclosure without the query',
      item({ enclosure: { url: 'https://cdn.example/a.mp3?token=1#x' }, link: 'https://x.example/' }),
      'enclosure:cdn.example/a.mp3',
    ],
    ['its link', item({ link: 'https://x.example/1', title: 'T' }), 'link:https://x.example/1'],
  ])('is %s', (_name, only, key) => expect(runAll([only]).keys).toEqual([[key]]));

  it('is a hash of title and date where there is nothing else', () => {
    const dated = (title: string, publishedAt?: string) => item({ title, publishedAt });
    const { keys } = runAll([dated('T', '2019'), dated('T', '2020'), dated('T'), dated('U')], [dated('T', '2019')]);
    expect(new Set(keys[0]).size).toBe(4);
    expect(keys[1]).toEqual([keys[0]![0]]);
    expect(keys[0]![0]).toMatch(/^title:[0-9a-f]{64}$/);
  });

  it('is short for a long guid, and still its own', () => {
    const { keys } = runAll([item({ guid: `${'g'.repeat(10_000)}1` }), item({ guid: `${'g'.repeat(10_000)}2` })]);
    expect(new Set(keys[0]).size).toBe(2);
    expect(keys[0]!.every((key) => /^guid:[0-9a-f]{64}$/.test(key))).toBe(true);
  });

  it('stays when the query or scheme of the enclosure changes', () => {
    const { keys } = runAll(
      [item({ enclosure: { url: 'http://cdn.example/a.mp3?sig=1' } })],
      [item({ enclosure: { url: 'https://cdn.example/a.mp3?sig=2' } })],
    );
    expect(keys[1]).toEqual(keys[0]);
  });

  it('stays for the same guid with a new enclosure, link and title: an update', () => {
    const { keys } = runAll([A], [B], [C]);
    expect(keys).toEqual([['guid:g'], ['guid:g'], ['guid:g']]);
  });
});

describe('items that share a guid', () => {
  it('each have a key of their own, with a warning, whatever their order', () => {
    const { items, duplicates } = identify([A, B], []);
    expect(new Set(items.map(({ key }) => key)).size).toBe(2);
    expect(items.every(({ item: { warnings } }) => warnings.some(({ code }) => code === 'shared_guid'))).toBe(true);
    expect(duplicates).toEqual([]);
    expect(runAll([A, B]).keys[0]).toEqual(runAll([B, A]).keys[0]!.toReversed());
  });

  it.each<[string, SourceItem[][]]>([
    [
      'the order changes',
      [
        [A, B],
        [B, A],
      ],
    ],
    ['one drops out of the window', [[A, B], [B]]],
    ['the other drops out of the window', [[A, B], [A]]],
    ['one comes back', [[A, B], [B], [A, B]]],
    ['a twin appears beside the one that was alone', [[A], [B, A]]],
    ['the one that was alone drops out after its twin appeared', [[A], [B, A], [B]]],
    [
      'a third appears',
      [
        [A, B],
        [C, B, A],
      ],
    ],
    ['all appear one after the other', [[A], [A, B], [B, C], [C], [A, B, C]]],
  ])('keep their keys when %s', (_name, documents) => {
    const { keys, known } = runAll(...documents);
    const keysByTitle = new Map<string, Set<string>>();
    documents.forEach((document, run) =>
      document.forEach(({ title }, index) => {
        keysByTitle.set(title!, (keysByTitle.get(title!) ?? new Set()).add(keys[run]![index]!));
      }),
    );
    expect([...keysByTitle.values()].map((ofTitle) => ofTitle.size)).toEqual([...keysByTitle.keys()].map(() => 1));
    expect(known.size).toBe(keysByTitle.size);
  });

  it('leave the plain key to the one that had it', () => {
    const { keys } = runAll([A], [B, A], [C, B, A]);
    expect(keys[1]![1]).toBe('guid:g');
    expect(keys[2]![2]).toBe('guid:g');
    expect(keys[2]![1]).toBe(keys[1]![0]);
  });

  it('may change either enclosure or link and stay themselves', () => {
    const { keys } = runAll(
      [A, B],
      [A, { ...B, link: 'https://x.example/moved' }],
      [A, { ...C, link: 'https://x.example/moved' }],
    );
    expect(keys[1]).toEqual(keys[0]);
    expect(keys[2]).toEqual(keys[0]);
  });

  it('are new when nothing tells which of the twins they were: no twin overwrites another', () => {
    const { keys, known } = runAll([A, B], [C]);
    expect(keys[0]).not.toContain(keys[1]![0]);
    expect(known.size).toBe(3);
  });

  it('are not known by a link that all of them have', () => {
    const home = 'https://x.example/';
    const [a, b, c] = [A, B, C].map((each) => ({ ...each, link: home })) as [SourceItem, SourceItem, SourceItem];
    const { keys } = runAll([a, b], [b, c], [c]);
    expect(keys[1]![0]).toBe(keys[0]![1]);
    expect(keys[0]).not.toContain(keys[1]![1]);
    expect(keys[2]).toEqual([keys[1]![1]]);
    expect(runAll([a, b], [c]).known.size).toBe(3);
  });

  it('are told apart by the link where the enclosure is the same', () => {
    const [first, second] = [
      item({ guid: 'g', audio: 'a.mp3', link: 'https://x.example/1' }),
      item({ guid: 'g', audio: 'a.mp3', link: 'https://x.example/2' }),
    ];
    const { keys } = runAll([first, second], [second, first]);
    expect(new Set(keys[0]).size).toBe(2);
    expect(keys[1]).toEqual(keys[0]!.toReversed());
  });

  it('are told apart by title and date where there is neither enclosure nor link', () => {
    expect(identify([item({ guid: 'g', title: '1' }), item({ guid: 'g', title: '2' })], []).items).toHaveLength(2);
  });

  it('are one, and reported, when enclosure and link are the same', () => {
    const again = { ...A, title: 'Again', publishedAt: '2020-01-01T00:00:00.000Z' };
    const { items, duplicates } = identify([A, again, B], []);
    expect(items).toHaveLength(2);
    expect(duplicates).toEqual([{ item: again, position: 1, key: items[0]!.key }]);
    expect(identify([A, again], []).items.map(({ key }) => key)).toEqual(['guid:g']);
  });
});

describe('items without a guid', () => {
  it('that share a link or a file are told apart by their titles', () => {
    const [first, second] = [
      item({ link: 'https://x.example/', title: '1' }),
      item({ link: 'https://x.example/', title: '2' }),
    ];
    const { keys, known } = runAll([first, second], [second], [first, second]);
    expect(known.size).toBe(2);
    expect(keys[2]).toEqual(keys[0]);
    expect(runAll([item({ audio: 'get?id=1', title: '1' }), item({ audio: 'get?id=2', title: '2' })]).known.size).toBe(
      2,
    );
  });

  it('keep their key when their title changes', () => {
    const { keys } = runAll(
      [item({ link: 'https://x.example/1', title: 'Old' })],
      [item({ link: 'https://x.example/1', title: 'New' })],
    );
    expect(keys[1]).toEqual(keys[0]);
  });
});

it('tells known items from new ones', () => {
  const { known } = runAll([A]);
  expect(identify([A, item({ guid: 'h' })], known.values()).items.map(({ isKnown }) => isKnown)).toEqual([true, false]);
});

describe('the content hash', () => {
  const base = item({ guid: 'g', title: 'T', enclosure: { url: 'https://cdn.example/a.mp3?sig=1', length: 5 } });

  it('does not change with the signature of the enclosure or with warnings', () => {
    expect(
      hashContent({
        ...base,
        enclosure: { length: 5, url: 'https://cdn.example/a.mp3?sig=2' },
        warnings: [{ code: 'x' }],
      }),
    ).toBe(hashContent(base));
    expect(hashContent({ ...base, season: undefined })).toBe(hashContent(base));
  });

  it.each<[string, Partial<SourceItem>]>([
    ['title', { title: 'U' }],
    ['file', { enclosure: { url: 'https://cdn.example/b.mp3', length: 5 } }],
    ['people', { people: [{ name: 'P', role: 'host', group: 'cast' }] }],
    ['length', { enclosure: { url: 'https://cdn.example/a.mp3', length: 6 } }],
  ])('changes with the %s', (_name, change) => expect(hashContent({ ...base, ...change })).not.toBe(hashContent(base)));
});
