import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createContext, runInContext } from '@mediamesh/observability';
import { takesLessThan } from '@mediamesh/testing';
import { DynamoDb } from './dynamodb.js';
import { DynamoDbTable } from './dynamodb-table.js';

type Answer = { readonly status?: number; readonly body: object } | 'silence';
interface Asked {
  readonly operation: string;
  readonly body: {
    readonly RequestItems?: { readonly 'mine-things': { readonly Keys: readonly { id: { S: string } }[] } };
  };
}

/** Stands where DynamoDB would, and answers by a script. */
async function stand(
  answer: (asked: Asked, time: number) => Answer,
): Promise<{ db: DynamoDb; asked: Asked[]; server: Server }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const one = {
          operation: String(request.headers['x-amz-target']).split('.')[1] ?? '',
          body: JSON.parse(Buffer.concat(chunks).toString()) as Asked['body'],
        };
        asked.push(one);
        const answered = answer(one, asked.length);
        if (answered === 'silence') return;
        response
          .writeHead(answered.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' })
          .end(JSON.stringify(answered.body));
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    db: new DynamoDb({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      tablePrefix: 'mine-',
      accessKeyId: 'a',
      secretAccessKey: 'b',
    }),
    asked,
    server,
  };
}

const refuse = (name: string): Answer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'key secret-key' },
});
const keysOf = ({ body }: Asked) => body.RequestItems?.['mine-things'].Keys ?? [];
const giveBack = (keys: readonly object[], left: readonly object[] = []): Answer => ({
  body: {
    Responses: { 'mine-things': keys },
    UnprocessedKeys: left.length > 0 ? { 'mine-things': { Keys: left } } : {},
  },
});

describe('requests to DynamoDB', () => {
  let stood: Awaited<ReturnType<typeof stand>>;
  afterEach(async () => {
    await stood.db.close();
    stood.server.closeAllConnections();
    stood.server.close();
  });
  const open = async (answer: Parameters<typeof stand>[0]) => (stood = await stand(answer));
  const failure = (asked: Promise<unknown>): Promise<unknown> => asked.catch((error: unknown) => error);

  it.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'])(
    'are refused with a time to come again after two quick repetitions: %s',
    async (name) => {
      const { db, asked } = await open(() => refuse(name));
      expect(await failure(db.get('things', { id: 'secret-key' }))).toMatchObject({
        kind: 'unavailable',
        options: { retryAfter: 2 },
      });
      expect(asked).toHaveLength(3);
    },
  );

  it('are refused when keys are not accepted or a table is missing, since both are mended without us', async () => {
    const { db } = await open(({ operation }) =>
      refuse(operation === 'Query' ? 'ResourceNotFoundException' : 'UnrecognizedClientException'),
    );
    expect(await failure(db.get('things', { id: '1' }))).toMatchObject({ kind: 'unavailable' });
    expect(await failure(db.query({ table: 'things', where: 'id = :id', values: { ':id': '1' } }))).toMatchObject({
      kind: 'unavailable',
    });
  });

  it('that are wrong themselves are no refusals: to come again would change nothing', async () => {
    const { db } = await open(() => refuse('ValidationException'));
    expect(await failure(db.get('things', { id: '1' }))).toMatchObject({ name: 'ValidationException' });
  });

  it('take two seconds when nobody answers, and so does the check of a table', async () => {
    const { db } = await open(() => 'silence');
    const ask = () =>
      Promise.all([
        failure(db.get('things', { id: 'secret-key' })),
        new DynamoDbTable(db, { name: 'things', partitionKey: 'id' }).check(),
      ]);
    const [refusal, problems] = await takesLessThan(2_700, ask);
    expect(refusal).toMatchObject({ kind: 'unavailable' });
    expect(problems).toMatchObject([{ blocks: true }]);
  });

  it('take no longer than their caller waits', async () => {
    const { db } = await open(() => 'silence');
    const ask = () =>
      runInContext(createContext({ deadline: Date.now() + 300 }), () => failure(db.get('things', { id: '1' })));
    expect(await takesLessThan(1_500, ask)).toMatchObject({ kind: 'unavailable' });
  });

  it('say what failed without the keys of people', async () => {
    const { db } = await open(() => 'silence');
    const { cause } = (await failure(
      db.update({ table: 'things', key: { id: 'secret-key' }, update: 'set a = :a', values: { ':a': 1 } }),
    )) as Error;
    expect(String(cause)).toMatch(/^Error: DynamoDB UpdateItem: /);
    expect(JSON.stringify(cause, Object.getOwnPropertyNames(cause))).not.toContain('secret-key');
  });

  it('of a batch are sent again for what was put off, until all is there', async () => {
    const { db, asked } = await open((one) => {
      const keys = keysOf(one);
      return giveBack(keys.slice(0, 40), keys.slice(40));
    });
    const ids = Array.from({ length: 130 }, (_, index) => `id ${index}`);
    const found = await db.readAll<{ id: string }>(
      'things',
      ids.map((id) => ({ id })),
    );
    expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(asked.map((one) => keysOf(one).length).sort((a, b) => b - a)).toEqual([100, 60, 30, 20]);
  });

  it('of a batch end in a refusal when everything is put off again and again', async () => {
    const { db, asked } = await open((one) => giveBack([], keysOf(one)));
    expect(await failure(db.readAll('things', [{ id: '1' }]))).toMatchObject({ kind: 'unavailable' });
    expect(asked).toHaveLength(5);
  });

  it.each([
    ['TransactionConflict', false],
    ['ConditionalCheckFailed', false],
  ])('to change several items together are lost, not failed, by %s', async (code, isDone) => {
    const { db } = await open(() => ({
      status: 400,
      body: { __type: 'TransactionCanceledException', CancellationReasons: [{ Code: 'None' }, { Code: code }] },
    }));
    expect(
      await db.updateTogether([{ table: 'things', key: { id: '1' }, update: 'set a = :a', values: { ':a': 1 } }]),
    ).toBe(isDone);
  });

  it('to change several items together are refused when they are throttled', async () => {
    const { db } = await open(() => ({
      status: 400,
      body: { __type: 'TransactionCanceledException', CancellationReasons: [{ Code: 'ThrottlingError' }] },
    }));
    expect(
      await failure(
        db.updateTogether([{ table: 'things', key: { id: '1' }, update: 'set a = :a', values: { ':a': 1 } }]),
      ),
    ).toMatchObject({ kind: 'unavailable' });
  });
});
