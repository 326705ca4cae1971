import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeadLetterDetail } from '@mediamesh/contracts';
import { eventually, type TestBody } from '@mediamesh/testing';
import { RunningMesh } from '../mesh.js';
import type { NineProcesses } from '../nine-processes.js';
import { createLife, createReturn, deliver, permute, type RawEvent, retell } from './raw-events.js';

describe('events that come again, in any order, or cannot be handled', () => {
  let mesh: RunningMesh<NineProcesses>;
  beforeAll(async () => {
    mesh = await RunningMesh.startOnServers();
  });
  afterAll(() => mesh.close());

  const programOf = (title: string): object => ({
    type: 'podcast',
    defaultLanguage: 'ar',
    localizations: { ar: { title } },
  });
  const idsFound = async (q: string): Promise<string[]> => {
    const { body } = await mesh.search(q, '&limit=100');
    return body.degraded ? ['degraded'] : body.items.map((hit: TestBody) => hit.program.id as string);
  };
  const query = (database: string, sql: string, ...values: unknown[]) => mesh.host.query(database, sql, values);
  /** The events of a program as cms-service sent them. */
  const eventsOf = async (id: string): Promise<RawEvent[]> => {
    const find = () =>
      query(
        'cms',
        "select topic, envelope from outbox where envelope->>'subject' = $1 and sent_at is not null order by id",
        id,
      );
    return (await eventually(find, (rows) => rows.length > 0, 'its events are sent')) as unknown as RawEvent[];
  };

  it('does once what comes five times, also after a restart', async () => {
    const { id } = await mesh.publishProgram(programOf('خمسا'));
    await eventually(
      () => idsFound('خمسا'),
      (ids) => ids.join() === id,
      'it is found',
    );
    const effects = () =>
      query(
        'discovery',
        `select (select count(*) from outbox where envelope->>'subject' = $1) as announced, revision
           from programs
          where id::text = $1`,
        id,
      );
    const before = await effects();
    const events = await eventsOf(id as string);
    await deliver(mesh, [...events, ...events]);
    for (const app of ['search-service', 'discovery-service'] as const) {
      await mesh.host.killApp(app);
      await mesh.host.startApp(app);
    }
    const last = await mesh.publishProgram(programOf('آخرها'));
    await deliver(mesh, [...events, ...events, ...(await eventsOf(last.id as string))]);
    await eventually(
      () => idsFound('آخرها'),
      (ids) => ids.join() === last.id,
      'what came after them is found',
    );
    expect(await effects()).toEqual(before);
    expect(await idsFound('خمسا')).toEqual([id]);
    expect(
      (await mesh.public('/programs?limit=100')).body.items.filter((item: TestBody) => item.id === id),
    ).toHaveLength(1);
  });

  it('ends in the same state whatever order the five events of a program come in, and nothing comes back', async () => {
    const orders = permute([0, 1, 2, 3, 4]);
    expect(orders).toHaveLength(120);
    const lives = orders.map((order) => {
      const { id, events } = createLife('ترتيب');
      return { id, events: order.flatMap((at) => events[at] ?? []) };
    });
    await deliver(
      mesh,
      lives.flatMap(({ events }) => events),
    );
    const expectGone = async (): Promise<void> => {
      const states = await query(
        'discovery',
        `select count(*) as programs, revision, document is null as gone
           from programs
          where id = any($1)
          group by 2, 3`,
        lives.map(({ id }) => id),
      );
      expect(states.map(({ programs, revision, gone }) => [Number(programs), Number(revision), gone])).toEqual([
        [120, 3, true],
      ]);
      await eventually(
        () => idsFound('ترتيب'),
        (ids) => ids.length === 0,
        'none is found',
      );
      for (const { id } of lives) expect((await mesh.public(`/programs/${id}`)).status).toBe(404);
    };
    await expectGone();
    // what was on its way for long tells the old facts again
    await deliver(
      mesh,
      lives.flatMap(({ events }) =>
        events.filter(({ envelope }) => envelope.type !== 'content.unpublished').map(retell),
      ),
    );
    await expectGone();
  });

  it('shows what was published last, whatever order the events come in', async () => {
    const returns = permute([0, 1, 2]).map((order) => {
      const { id, events } = createReturn('عائد');
      return { id, events: order.flatMap((at) => events[at] ?? []) };
    });
    await deliver(
      mesh,
      returns.flatMap(({ events }) => events),
    );
    await eventually(
      () => idsFound('عائد'),
      (ids) =>
        ids.toSorted().join() ===
        returns
          .map(({ id }) => id)
          .sort()
          .join(),
      'all are found',
    );
    for (const { id } of returns)
      expect(await mesh.public(`/programs/${id}`)).toMatchObject({ status: 200, body: { title: 'عائد' } });
  });

  it('parks the one event that cannot be handled, whole, holds up no other, and handles it after the fix', async () => {
    const poisoned = (await mesh.editors('POST', '/cms/programs', { body: programOf('مسموم') })).body.id as string;
    await query('discovery', `alter table programs add constraint refuse_one check (id <> '${poisoned}')`);
    const good = await mesh.publishPrograms(Array<object>(5).fill(programOf('سليم')));
    expect(
      (await mesh.editors('POST', `/cms/programs/${poisoned}/publish`, { headers: { 'if-match': '*' } })).status,
    ).toBe(200);
    good.push(...(await mesh.publishPrograms(Array<object>(5).fill(programOf('سليم')))));
    await eventually(
      () => idsFound('سليم'),
      (ids) =>
        ids.toSorted().join() ===
        good
          .map(({ id }) => id as string)
          .sort()
          .join(),
      'the good ones are public',
    );

    const listed = await eventually(
      async () => (await mesh.asOperator('discovery-service', 'GET', '/dead-letters')).body.items as TestBody[],
      ({ length }) => length > 0,
      'the bad one is parked',
      { timeoutMs: 30_000 },
    );
    expect(listed).toMatchObject([
      {
        consumer: 'discovery-service.catalogue',
        type: 'content.published',
        subject: poisoned,
        attempts: 5,
        error: expect.stringContaining('refuse_one'),
      },
    ]);
    const letter = (await mesh.asOperator('discovery-service', 'GET', `/dead-letters/${listed[0]?.id}`))
      .body as unknown as DeadLetterDetail;
    const sent = (await eventsOf(poisoned)).find(({ envelope }) => envelope.type === 'content.published')?.envelope;
    expect(letter.origin).toMatchObject({
      topic: `${mesh.host.environment['KAFKA_PREFIX']}content.events`,
      partition: expect.any(Number),
      offset: expect.stringMatching(/^\d+$/),
      key: { encoding: 'utf-8', content: poisoned },
    });
    expect(JSON.parse(letter.origin?.value?.content ?? '')).toEqual(sent?.data);
    expect(letter.origin?.headers).toEqual(
      expect.arrayContaining([
        { name: 'ce_id', value: { encoding: 'utf-8', content: sent?.id } },
        { name: 'ce_type', value: { encoding: 'utf-8', content: 'content.published' } },
      ]),
    );
    expect((await mesh.public(`/programs/${poisoned}`)).status).toBe(404);

    const replay = () => mesh.asOperator('discovery-service', 'POST', `/dead-letters/${letter.id}/replay`);
    expect((await replay()).body).toMatchObject({ handled: false, error: expect.stringContaining('refuse_one') });
    await query('discovery', 'alter table programs drop constraint refuse_one');
    expect((await replay()).body).toEqual({ handled: true, error: null });
    await eventually(
      () => mesh.public(`/programs/${poisoned}`),
      ({ status }) => status === 200,
      'it is public now',
    );
    expect((await mesh.asOperator('discovery-service', 'GET', '/dead-letters')).body.items).toEqual([]);
  });
});
