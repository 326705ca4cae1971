import { afterAll, expect, it } from '@jest/globals';
import { describeWithServer, eventually } from '@mediamesh/testing';
import { PatientIndex } from '../patient-index.builder.js';
import { buildProgram } from '../public-document.builder.js';
import { RebuildGivenUp, type SearchIndex } from '../search-index.js';
import {
  askOpenSearch,
  listIndexes,
  newAlias,
  optionsOf,
  prepareIndex,
  removeIndexes,
} from './index-in-tests.builder.js';
import { layout } from './index-shape.js';
import { OpenSearchIndex } from './opensearch-search-index.js';

const night = (id: string, revision = 1) => buildProgram(id, { en: `Night ${id}` }, { revision });

describeWithServer('opensearch', 'a rebuild in OpenSearch', (url = '') => {
  const made: string[] = [];
  const open: SearchIndex[] = [];
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await removeIndexes(url, made);
  });

  const prepare = async () => {
    const options = optionsOf(url, newAlias());
    made.push(options.alias);
    await prepareIndex(options);
    return options;
  };
  const openIndex = (options: ReturnType<typeof optionsOf>): SearchIndex => {
    const index = new PatientIndex(new OpenSearchIndex(options));
    open.push(index);
    return index;
  };
  const ids = async (index: SearchIndex): Promise<string[]> =>
    (await index.search({ text: 'night', filters: {}, limit: 100 })).hits.map(({ id }) => id).toSorted();
  const becomes = (index: SearchIndex, expected: string[]) =>
    eventually(
      () => ids(index),
      (found) => found.join() === expected.join(),
      `the index finds ${expected.join()}`,
    );
  const behind = async (alias: string): Promise<string[]> =>
    Object.keys(await askOpenSearch<object>(url, `/_alias/${alias}`)).sort();

  it('leaves an index alone that was put back, which answers until the new one is whole', async () => {
    const options = await prepare();
    const { alias } = options;
    const index = openIndex(options);
    await index.upsert([night('before')]);
    const [old] = await listIndexes(url, alias);
    const faulty = await index.rebuild();
    await faulty.finish();
    const name = `${alias}-${faulty.generation}`;
    // As the runbook has it.
    await askOpenSearch(url, '/_aliases', 'POST', {
      actions: [{ remove: { index: name, alias } }, { add: { index: old, alias, is_write_index: true } }],
    });
    await becomes(index, ['before']);
    const rebuild = await index.rebuild();
    expect(await ids(index)).toEqual(['before']);
    await index.upsert([night('meanwhile')]);
    await becomes(index, ['before', 'meanwhile']);
    await rebuild.add([night('after')]);
    await rebuild.finish();
    expect([await ids(index), await behind(`${alias}-previous`)]).toEqual([['after', 'meanwhile'], [old]]);
  });

  it('whose swap was not answered is not abandoned, and one that was given up is not put in place', async () => {
    const options = await prepare();
    const { alias } = options;
    const index = openIndex(options);
    const [old] = await listIndexes(url, alias);
    const rebuild = await index.rebuild();
    await rebuild.add([night('read')]);
    const name = `${alias}-${rebuild.generation}`;
    const swap = [
      { remove: { index: name, alias: `${alias}-building` } },
      { add: { index: name, alias } },
      { remove: { index: old, alias } },
    ];
    await askOpenSearch(url, '/_aliases', 'POST', { actions: swap });
    await rebuild.abandon();
    expect(await behind(alias)).toEqual([name]);
    const next = await index.rebuild();
    await askOpenSearch(url, '/_aliases', 'POST', {
      actions: [{ remove: { index: `${alias}-${next.generation}`, alias: `${alias}-building` } }],
    });
    await expect(next.finish()).rejects.toThrow(RebuildGivenUp);
    expect(await behind(alias)).toEqual([name]);
  });

  it('begins alone, however many begin at the same moment, and no write is lost to the others', async () => {
    const options = await prepare();
    for (let round = 0; round < 6; round++) {
      const rivals = Array.from({ length: 3 }, () => openIndex(options));
      const writer = openIndex(options);
      let going = true;
      const writing = (async () => {
        const outcomes: unknown[] = [];
        for (let at = 0; going; at++)
          outcomes.push(await writer.upsert([night(`w${round}-${at}`)]).catch((error: unknown) => error));
        return outcomes;
      })();
      const began = await Promise.allSettled(rivals.map((rival) => rival.rebuild()));
      going = false;
      expect((await writing).filter((outcome) => outcome !== undefined)).toEqual([]);
      const outcomes = await Promise.all(
        began.map((one) =>
          one.status === 'rejected'
            ? (one.reason as unknown)
            : one.value.add([night('read')]).then(
                () => one.value,
                (error: unknown) => error,
              ),
        ),
      );
      expect(outcomes.filter((one) => one instanceof RebuildGivenUp).length).toBe(2);
      expect(await behind(`${options.alias}-building`)).toHaveLength(1);
      await writer.upsert([night('z')]);
    }
  });

  it('makes writers wait while two indexes are filled, refuses nothing for good; the next one ends that', async () => {
    const options = await prepare();
    const index = openIndex(options);
    const second = await index.rebuild();
    const twin = `${options.alias}-v${layout}-20200101000000-00000000`;
    await askOpenSearch(url, `/${twin}`, 'PUT', { aliases: { [`${options.alias}-building`]: {} } });
    await expect(index.upsert([night('a')])).rejects.toMatchObject({ kind: 'unavailable' });
    await second.add([night('a')]);
    const next = await index.rebuild();
    await index.upsert([night('a')]);
    await next.finish();
    expect([await ids(index), await behind(options.alias)]).toEqual([['a'], [`${options.alias}-${next.generation}`]]);
  });

  it('removes what a beginning that was cut off has left, and nothing that is younger, used or of others', async () => {
    const options = await prepare();
    const { alias } = options;
    const now = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
    const left = {
      lost: `${alias}-v1-20200101000000-0a1b2c3d`,
      young: `${alias}-v1-${now}-0a1b2c3d`,
      used: `${alias}-v1-20200101000000-0a1b2c3e`,
      other: `${alias}-v1-v1-20200101000000-0a1b2c3d`,
    };
    for (const name of Object.values(left))
      await askOpenSearch(url, `/${name}`, 'PUT', name === left.used ? { aliases: { [`${alias}-kept`]: {} } } : {});
    await (await openIndex(options).rebuild()).abandon();
    const names = await listIndexes(url, alias);
    expect([
      names.includes(left.lost),
      ...[left.young, left.used, left.other].map((name) => names.includes(name)),
    ]).toEqual([false, true, true, true]);
  });
});
