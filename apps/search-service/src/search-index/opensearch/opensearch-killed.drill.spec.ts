import { afterAll, expect, it, jest } from '@jest/globals';
import { describeWithServer, eventually, OwnServers, takesLessThan } from '@mediamesh/testing';
import { buildProgram } from '../public-document.builder.js';
import { PatientIndex } from '../patient-index.builder.js';
import { PlaceExpired } from '../search-index.js';
import { newAlias, optionsOf, prepareIndex, removeIndexes } from './index-in-tests.builder.js';
import { OpenSearchIndex } from './opensearch-search-index.js';

jest.setTimeout(240_000);

const night = (id: string) => buildProgram(id, { en: `Night ${id}` });
const away = { kind: 'unavailable' };

describeWithServer('opensearch', 'OpenSearch that fails while it is written to', (url = '') => {
  const servers = OwnServers.find();
  const options = optionsOf(url, newAlias());
  const index = new OpenSearchIndex(options);
  afterAll(async () => {
    await index.close();
    await removeIndexes(url, [options.alias]);
  });

  const acknowledged = new Set<string>();
  let at = 0;
  const write = async (): Promise<void> => {
    const ids = Array.from({ length: 5 }, () => `d${at++}`);
    await index.upsert(ids.map(night));
    for (const id of ids) acknowledged.add(id);
  };
  const findAll = () =>
    eventually(
      () => index.count(),
      (count) => count >= acknowledged.size,
      'all that was acknowledged is found',
      { timeoutMs: 60_000 },
    );
  const query = { text: 'night', filters: {}, limit: 3 };
  const page = (after?: readonly (string | number)[]) => index.search({ ...query, after });

  it('refuses soon while it is dead, and loses nothing that it had taken', async () => {
    await prepareIndex(options);
    for (let round = 0; round < 20; round++) await write();
    await findAll();
    const { next: first } = await page();
    const { next: second } = await page(first);
    let going = true;
    const writing = (async () => {
      while (going) await write();
    })();
    await servers.kill('opensearch');
    await expect(writing).rejects.toMatchObject(away);
    going = false;
    await takesLessThan(3_000, () => expect(page()).rejects.toMatchObject(away));
    await servers.restart('opensearch');
    await eventually(
      () => page(),
      ({ total }) => total.value >= acknowledged.size,
      'it answers again, with all it had taken',
      { timeoutMs: 60_000 },
    );
    // it has just started, and may need more than anybody's patience for its first pages
    const patient = new PatientIndex(index);
    expect((await patient.search({ ...query, after: first })).hits).toHaveLength(3);
    await expect(patient.search({ ...query, after: second })).rejects.toThrow(PlaceExpired);
    await write();
    await findAll();
  });

  it('refuses soon while it is frozen, and goes on after', async () => {
    await write();
    await servers.freeze('opensearch');
    try {
      await takesLessThan(3_000, () => expect(page()).rejects.toMatchObject(away));
      await expect(index.upsert([night('meanwhile')])).rejects.toMatchObject(away);
    } finally {
      await servers.continue('opensearch');
    }
    await eventually(write, () => true, 'it takes documents again', { timeoutMs: 60_000 });
    await findAll();
  });
});
