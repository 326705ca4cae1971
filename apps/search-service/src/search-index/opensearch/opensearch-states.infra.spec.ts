import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { ResourceProblem } from '@mediamesh/resilience';
import { describeWithServer, eventually, freePorts, lookAt, takesLessThan } from '@mediamesh/testing';
import { PatientIndex } from '../patient-index.builder.js';
import { buildProgram, buildTombstone } from '../public-document.builder.js';
import { PlaceExpired, type SearchIndex } from '../search-index.js';
import {
  askOpenSearch,
  listIndexes,
  newAlias,
  optionsOf,
  prepareIndex,
  removeIndexes,
} from './index-in-tests.builder.js';
import { OpenSearchResource } from './opensearch-resource.js';
import { OpenSearchIndex, type OpenSearchIndexOptions } from './opensearch-search-index.js';

const night = (id: string, revision = 1) => buildProgram(id, { en: `Night ${id}` }, { revision });
const migrate = 'npm run mesh -- migrate';
const reindex = 'npm run mesh -- reindex';
const blockOfFullDisks = 'index\\.blocks\\.read_only_allow_delete';
const away = { kind: 'unavailable', options: { retryAfter: expect.any(Number) } };

describeWithServer('opensearch', 'the index in OpenSearch', (url = '') => {
  const made: string[] = [];
  const closing: { close(): Promise<void> }[] = [];
  afterAll(async () => {
    await Promise.all(closing.map((one) => one.close()));
    await removeIndexes(url, made);
  });

  const newOptions = (): OpenSearchIndexOptions => {
    const options = optionsOf(url, newAlias());
    made.push(options.alias);
    return options;
  };
  const openHasty = (options: OpenSearchIndexOptions): SearchIndex => {
    const index = new OpenSearchIndex(options);
    closing.push(index);
    return index;
  };
  const openIndex = (options: OpenSearchIndexOptions): SearchIndex => new PatientIndex(openHasty(options));
  const openResource = (options: OpenSearchIndexOptions): OpenSearchResource => {
    const resource = new OpenSearchResource(options);
    closing.push(resource);
    return resource;
  };
  const toLines = (problems: readonly ResourceProblem[]): string[] =>
    problems.map(({ problem, remedy, blocks }) => `${blocks ? 'blocks' : 'passes'}: ${problem} → ${remedy}`);
  const linesOf = async (options: OpenSearchIndexOptions): Promise<string[]> =>
    toLines(await lookAt(openResource(options)));
  const ids = async (index: SearchIndex): Promise<string[]> =>
    (await index.search({ text: 'night', filters: {}, limit: 100 })).hits.map(({ id }) => id).toSorted();
  const becomes = (index: SearchIndex, expected: string[]) =>
    eventually(
      () => ids(index),
      (found) => found.join() === expected.join(),
      `the index finds ${expected.join()}`,
    );
  const everyCall = (index: SearchIndex) => [
    index.search({ text: 'night', filters: {}, limit: 1 }),
    index.search({ text: '', filters: {}, limit: 1 }),
    index.search({ text: 'night', filters: {}, limit: 1, facets: true }),
    index.suggest('ni', { limit: 1 }),
    index.count(),
    index.upsert([night('a')]),
    index.remove([buildTombstone('a', 2)]),
  ];

  it('is made once, however many processes make it', async () => {
    const options = newOptions();
    await Promise.all(Array.from({ length: 6 }, () => openResource(options).prepare()));
    expect(await listIndexes(url, options.alias)).toHaveLength(1);
    const [before] = await listIndexes(url, options.alias);
    await openResource(options).prepare();
    expect([await listIndexes(url, options.alias), await linesOf(options)]).toEqual([[before], []]);
  });

  it('that is missing is refused and named, never empty, and is built anew', async () => {
    const options = newOptions();
    const index = openIndex(options);
    for (const call of everyCall(index)) await expect(call).rejects.toMatchObject(away);
    expect(await index.generation()).toBeUndefined();
    expect(await linesOf(options)).toEqual([
      expect.stringMatching(
        new RegExp(`^blocks: There is no search index test-\\w+ on http\\S+ → ${migrate}, then ${reindex}$`),
      ),
    ]);
    const rebuild = await index.rebuild();
    await index.upsert([night('live')]);
    await rebuild.add([night('read')]);
    await rebuild.finish();
    expect([await ids(index), await linesOf(options)]).toEqual([['live', 'read'], []]);
  });

  it('that is lost while it is used is refused until it is back', async () => {
    const options = newOptions();
    await prepareIndex(options);
    const index = openIndex(options);
    await index.upsert([night('a')]);
    await removeIndexes(url, [options.alias]);
    for (const call of everyCall(index)) await expect(call).rejects.toMatchObject(away);
    expect(await listIndexes(url, options.alias)).toEqual([]);
  });

  it('that is read-only is refused to writers, named, and written again when it may be', async () => {
    const options = newOptions();
    await prepareIndex(options);
    const index = openIndex(options);
    await index.upsert([night('before')]);
    const block = (value: true | null) =>
      askOpenSearch(url, `/${options.alias}/_settings`, 'PUT', { 'index.blocks.read_only_allow_delete': value });
    await block(true);
    await expect(index.upsert([night('meanwhile')])).rejects.toMatchObject(away);
    await becomes(index, ['before']);
    expect(await linesOf(options)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^blocks: The search index test-\\S+ is closed to writing by ${blockOfFullDisks} → make room on its disks`,
        ),
      ),
    ]);
    await block(null);
    await index.upsert([night('meanwhile')]);
    await becomes(index, ['before', 'meanwhile']);
    expect(await linesOf(options)).toEqual([]);
  });

  describe('of another shape', () => {
    const makeForeign = (options: OpenSearchIndexOptions, generation: string, alias: string) =>
      askOpenSearch(url, `/${options.alias}-${generation}`, 'PUT', {
        mappings: { dynamic: 'strict', properties: { title: { type: 'text' } } },
        aliases: { [alias]: {} },
      });

    it('is refused and named, and gives way to one that is built', async () => {
      const options = newOptions();
      await makeForeign(options, 'v0-old', options.alias);
      const index = openIndex(options);
      for (const call of everyCall(index)) await expect(call).rejects.toMatchObject(away);
      expect(await index.generation()).toBeUndefined();
      expect(await linesOf(options)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^blocks: The search index test-\\w+-v0-old is of another shape, this version needs layout \\d+ ` +
              `→ ${reindex}$`,
          ),
        ),
      ]);
      await openResource(options).prepare();
      const rebuild = await index.rebuild();
      await index.upsert([night('live')]);
      await rebuild.add([night('read')]);
      await rebuild.finish();
      expect([await ids(index), await linesOf(options)]).toEqual([['live', 'read'], []]);
      expect(await listIndexes(url, options.alias)).toContain(`${options.alias}-v0-old`);
    });

    it('is left to whoever knows it while a newer version fills it', async () => {
      const options = newOptions();
      await prepareIndex(options);
      await makeForeign(options, 'v99-new', `${options.alias}-building`);
      const index = openIndex(options);
      await expect(index.upsert([night('a')])).rejects.toMatchObject(away);
      expect(await ids(index)).toEqual([]);
    });
  });

  it('keeps the one before for a way back, and removes it at the next rebuild', async () => {
    const options = newOptions();
    await prepareIndex(options);
    const index = openIndex(options);
    const [first] = await listIndexes(url, options.alias);
    await (await index.rebuild()).finish();
    expect(Object.keys(await askOpenSearch<object>(url, `/_alias/${options.alias}-previous`))).toEqual([first]);
    const second = await index.generation();
    await (await index.rebuild()).finish();
    expect(Object.keys(await askOpenSearch<object>(url, `/_alias/${options.alias}-previous`))).toEqual([
      `${options.alias}-${second}`,
    ]);
    expect(await listIndexes(url, options.alias)).toHaveLength(2);
  });

  it('serves several processes: what one writes another finds, and goes on where it stopped', async () => {
    const options = newOptions();
    await prepareIndex(options);
    const [one, other] = [openIndex(options), openIndex(options)];
    await one.upsert(Array.from({ length: 30 }, (_, at) => night(`d${at}`)));
    await eventually(
      () => other.count(),
      (count) => count === 30,
      'the other process counts all',
    );
    const seen: string[] = [];
    let page = await one.search({ text: 'night', filters: {}, limit: 7 });
    for (const reader of [other, one, other, one]) {
      seen.push(...page.hits.map(({ id }) => id));
      page = await reader.search({ text: 'night', filters: {}, limit: 7, after: page.next });
    }
    expect(new Set([...seen, ...page.hits.map(({ id }) => id)]).size).toBe(30);
    const rebuild = await other.rebuild();
    await one.upsert([night('live')]);
    await rebuild.finish();
    expect(await ids(one)).toEqual(['live']);
  });

  it('shows nothing twice although what was found has changed before the second page fixes the list', async () => {
    const options = newOptions();
    await prepareIndex(options);
    const index = openIndex(options);
    const text = (id: string, times: number, revision = 1) =>
      buildProgram(id, { en: ['A day', `${'night '.repeat(times)}and ${'day '.repeat(20 - times)}`] }, { revision });
    await index.upsert(Array.from({ length: 20 }, (_, at) => text(`d${at}`, 1 + (at % 10))));
    await eventually(
      () => index.count(),
      (count) => count === 20,
      'all are found',
    );
    const read = (after?: readonly (string | number)[]) =>
      index.search({ text: 'night', filters: {}, limit: 6, after });
    const first = await read();
    const [best, next] = first.hits.map(({ id }) => id);
    // One that was shown sinks, another goes, and others come before all.
    await index.upsert([text(best!, 1, 2), ...Array.from({ length: 8 }, (_, at) => text(`new${at}`, 15))]);
    // a refresh may fall into the middle of a bulk: then seven of the new ones and the one that goes are as many as
    // eight without it
    await eventually(
      () => index.count(),
      (count) => count === 28,
      'all that is new is found',
    );
    await index.remove([buildTombstone(next!, 2)]);
    await eventually(
      () => index.count(),
      (count) => count === 27,
      'what goes is found no more',
    );
    const seen = first.hits.map(({ id }) => id);
    for (let page = await read(first.next); ; page = await read(page.next)) {
      seen.push(...page.hits.map(({ id }) => id));
      if (!page.next) break;
    }
    expect(seen.toSorted()).toEqual(
      [
        ...Array.from({ length: 20 }, (_, at) => `d${at}`),
        ...Array.from({ length: 8 }, (_, at) => `new${at}`),
      ].toSorted(),
    );
  });

  it('leaves out of later pages what was withdrawn since the list was fixed', async () => {
    const options = newOptions();
    await prepareIndex(options);
    const index = openIndex(options);
    await index.upsert(Array.from({ length: 9 }, (_, at) => night(`d${at}`)));
    await eventually(
      () => index.count(),
      (count) => count === 9,
      'all are found',
    );
    const read = (after?: readonly (string | number)[]) =>
      index.search({ text: 'night', filters: {}, limit: 3, after });
    const second = await read((await read()).next);
    const shown = new Set([...(await read()).hits, ...second.hits].map(({ id }) => id));
    const [gone, ...left] = Array.from({ length: 9 }, (_, at) => `d${at}`).filter((id) => !shown.has(id));
    await index.remove([buildTombstone(gone!, 2)]);
    await eventually(
      () => index.count(),
      (count) => count === 8,
      'the withdrawn one is found no more',
    );
    expect((await read(second.next)).hits.map(({ id }) => id).toSorted()).toEqual(left.toSorted());
  });

  it('gives up a list that is read on for too long', async () => {
    const options = newOptions();
    await prepareIndex(options);
    let now = Date.now();
    const index = openIndex({ ...options, clock: () => now });
    await index.upsert(Array.from({ length: 9 }, (_, at) => night(`d${at}`)));
    await eventually(
      () => index.count(),
      (count) => count === 9,
      'all are found',
    );
    const read = (after?: readonly (string | number)[]) =>
      index.search({ text: 'night', filters: {}, limit: 3, after });
    const { next } = await read((await read()).next);
    now += 8 * 60_000;
    expect((await read(next)).hits).toHaveLength(3);
    now += 1;
    await expect(read(next)).rejects.toThrow(PlaceExpired);
  });

  it('takes good documents although bad ones came with them', async () => {
    const options = newOptions();
    await prepareIndex(options);
    const index = openIndex(options);
    const broken = { ...night('broken'), tags: undefined } as unknown as ReturnType<typeof night>;
    const outcomes = await Promise.allSettled([
      index.upsert([night('a'), night('x'.repeat(600)), night('b')]),
      index.upsert([broken]),
      index.upsert([night('c')]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    await becomes(index, ['a', 'b', 'c']);
  });

  describe('that is away', () => {
    const servers: Server[] = [];
    afterAll(() => servers.forEach((server) => server.close()));

    const refusesSoon = async (address: string): Promise<void> => {
      const options = optionsOf(address);
      const callBoth = async () => {
        const index = openHasty(options);
        for (const call of [index.search({ text: 'night', filters: {}, limit: 1 }), index.upsert([night('a')])])
          await expect(call).rejects.toMatchObject(away);
      };
      await takesLessThan(3_000, callBoth);
      expect(toLines(await takesLessThan(2_000, () => openResource(options).check()))).toEqual([
        `blocks: OpenSearch on ${address} cannot be reached → ` +
          'start it (npm run servers -- start opensearch), or correct OPENSEARCH_URL',
      ]);
    };

    it('is refused soon where nobody listens', async () => {
      const [port] = await freePorts(1);
      await refusesSoon(`http://127.0.0.1:${port}`);
    });

    it('is refused soon where nobody answers', async () => {
      const server = createServer(() => undefined);
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      await refusesSoon(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
});
