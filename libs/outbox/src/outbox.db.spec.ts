import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineEvent } from '@mediamesh/contracts';
import { continueTrace, createContext, runInContext, traceparentOf } from '@mediamesh/observability';
import { type Database } from '@mediamesh/postgres';
import { deleteOld } from '@mediamesh/jobs';
import { createTestDatabase, type TestDatabase } from '@mediamesh/testing';
import { z } from 'zod';
import { counted, openFor, prepareDatabase } from './fixtures/counting.js';
import { Outbox } from './outbox.js';

describe('the outbox', () => {
  let test: TestDatabase;
  let database: Database;
  let outbox: Outbox;

  beforeAll(async () => {
    test = await createTestDatabase({ template: 'counting', migrate: prepareDatabase });
    database = await openFor(test.url);
    outbox = new Outbox({ database, app: 'cms-service' });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  const envelopes = async (key: string): Promise<Record<string, unknown>[]> =>
    (
      await database.query<{ envelope: Record<string, unknown> }>(
        `select envelope from outbox where envelope ->> 'subject' = $1 order by id`,
        [key],
      )
    ).map(({ envelope }) => envelope);

  it('wraps a fact as a CloudEvent that continues the trace', async () => {
    const trace = continueTrace('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    await runInContext(createContext({ trace }), () =>
      database.transaction((tx) => outbox.append(tx, counted, { key: 'wrapped', n: 1 })),
    );
    expect(await envelopes('wrapped')).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
        type: 'content.created',
        source: 'cms-service',
        subject: 'wrapped',
        time: expect.stringMatching(/Z$/),
        dataschema: 'urn:mediamesh:event:content.created:v1',
        partitionkey: 'wrapped',
        traceparent: traceparentOf(trace),
        data: { key: 'wrapped', n: 1 },
      },
    ]);
  });

  it('keeps the order of many', async () => {
    await database.transaction((tx) =>
      outbox.appendMany(
        tx,
        counted,
        Array.from({ length: 1_000 }, (_, n) => ({ key: 'many', n })),
      ),
    );
    expect((await envelopes('many')).map(({ data }) => (data as { n: number }).n)).toEqual(
      Array.from({ length: 1_000 }, (_, n) => n),
    );
  });

  it('tells a fact in the former version of its event too, before the new one, while there is one', async () => {
    const recounted = defineEvent('content.created', {
      ...counted,
      version: 2,
      payload: z.object({ name: z.string(), count: z.int() }),
      subject: ({ name }) => name,
      partitionKey: ({ name }) => name,
      former: { event: counted, write: ({ name, count }) => ({ key: name, n: count }) },
    });
    await database.transaction((tx) =>
      outbox.appendMany(tx, recounted, [
        { name: 'told', count: 1 },
        { name: 'told', count: 2 },
      ]),
    );
    const told = await envelopes('told');
    expect(told.map(({ dataschema, versions, data }) => [dataschema, versions, data])).toEqual(
      [1, 2].flatMap((n) => [
        ['urn:mediamesh:event:content.created:v1', '1,2', { key: 'told', n }],
        ['urn:mediamesh:event:content.created:v2', '1,2', { name: 'told', count: n }],
      ]),
    );
    expect(new Set(told.map(({ id }) => id)).size).toBe(4);
  });

  it('refuses a payload that its event does not allow', async () => {
    const append = database.transaction((tx) => outbox.append(tx, counted, { key: 'wrong', n: 1.5 }));
    await expect(append).rejects.toThrow('The payload of content.created is not valid');
    expect(await envelopes('wrong')).toEqual([]);
  });

  it('refuses an event above 512 kB', async () => {
    const append = database.transaction((tx) => outbox.append(tx, counted, { key: 'ع'.repeat(260_000), n: 1 }));
    await expect(append).rejects.toMatchObject({ kind: 'tooLarge' });
  });

  it('is swept of what was sent more than a week ago, and of nothing else', async () => {
    await database.transaction((tx) =>
      outbox.appendMany(
        tx,
        counted,
        Array.from({ length: 2_500 }, (_, n) => ({ key: 'swept', n })),
      ),
    );
    await database.query(
      `update outbox set sent_at = now() - interval '8 days'
       where envelope ->> 'subject' = 'swept' and (envelope -> 'data' ->> 'n')::integer >= 2`,
    );
    await database.query(
      `update outbox set sent_at = now() - interval '6 days'
       where envelope ->> 'subject' = 'swept' and sent_at is null
       and (envelope -> 'data' ->> 'n')::integer = 1`,
    );
    expect(await deleteOld(database, { table: 'outbox', column: 'sent_at', days: 7 })).toBe(2_498);
    expect((await envelopes('swept')).map(({ data }) => (data as { n: number }).n)).toEqual([0, 1]);
  });

  it('insists on a transaction', async () => {
    await expect(outbox.append(database.db, counted, { key: 'outside', n: 1 })).rejects.toThrow('transaction');
    expect(await envelopes('outside')).toEqual([]);
  });
});
