import 'reflect-metadata';
import { randomUUIDv7 } from 'node:crypto';
import { Controller, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dataschemaOf, defineEvent, invalid } from '@mediamesh/contracts';
import { migrationsOf } from '@mediamesh/migrations';
import { createMetrics, currentContext, silentLogger } from '@mediamesh/observability';
import { type Database, execute, migrate, openDatabase } from '@mediamesh/postgres';
import { createTestDatabase, eventually, type TestDatabase } from '@mediamesh/testing';
import { z } from 'zod';
import { BusTransport } from './bus-transport.js';
import { Consumes, Ctx, Payload } from './consumes.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import type { EventBus, EventRecord } from './event-bus.js';
import { EventContext } from './event-context.js';
import { InProcessEventBus } from './in-process/in-process-event-bus.js';

const Item = z.object({ id: z.string(), title: z.string().default('untitled') });
const added = defineEvent('content.created', {
  version: 1,
  topic: 'content.events',
  payload: Item,
  subject: ({ id }) => id,
});
const removed = defineEvent('content.deleted', {
  version: 1,
  topic: 'content.events',
  payload: z.object({ id: z.string() }),
  subject: ({ id }) => id,
});

const eventOf = (event: typeof added | typeof removed, id: string, data: unknown = { id }): EventRecord => ({
  topic: event.topic,
  envelope: {
    id: randomUUIDv7(),
    type: event.type,
    source: 'cms-service',
    subject: id,
    time: new Date().toISOString(),
    dataschema: dataschemaOf(event),
    partitionkey: id,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data,
  },
});

describe('consumers as Nest controllers', () => {
  let test: TestDatabase;
  let database: Database;
  let bus: EventBus;
  let transport: BusTransport;
  let app: INestApplicationContext & { close(): Promise<void> };
  let letters: DeadLetters;

  /** What the handlers of the test did, and how they are told to fail. */
  const seen: {
    by: string;
    payload: unknown;
    requestId: string | undefined;
    traceId: string | undefined;
    caller: unknown;
  }[] = [];
  let fault: Error | undefined;

  const note = (by: string, payload: unknown): void => {
    const context = currentContext();
    seen.push({ by, payload, requestId: context?.requestId, traceId: context?.trace.traceId, caller: context?.caller });
  };

  @Controller()
  class CatalogueConsumer {
    @Consumes(added, { consumer: 'catalogue' })
    async put(@Payload() payload: z.output<typeof Item>, @Ctx() context: EventContext): Promise<void> {
      await execute(context.tx, 'insert into items (id, title) values ($1, $2)', [payload.id, payload.title]);
      note('catalogue put', payload);
      if (fault) throw fault;
    }

    @Consumes(removed, { consumer: 'catalogue' })
    async remove(@Payload() payload: { id: string }, @Ctx() context: EventContext): Promise<void> {
      await execute(context.tx, 'delete from items where id = $1', [payload.id]);
      note('catalogue remove', payload);
    }
  }

  @Controller()
  class IndexConsumer {
    @Consumes(added, { consumer: 'index', effects: 'elsewhere' })
    index(@Payload() payload: z.output<typeof Item>): void {
      note('index', payload);
    }
  }

  @Module({ controllers: [CatalogueConsumer, IndexConsumer] })
  class AppModule {}

  beforeEach(async () => {
    seen.length = 0;
    fault = undefined;
    test = await createTestDatabase({
      template: 'search',
      migrate: (url) => migrate({ url, migrations: migrationsOf('search'), logger: silentLogger }),
    });
    database = await openDatabase({ name: 'search', url: test.url, poolSize: 10, logger: silentLogger });
    await database.query('create table items (id text not null, title text not null)');
    bus = new InProcessEventBus({ logger: silentLogger });
    transport = new BusTransport({
      app: 'search-service',
      bus,
      database,
      logger: silentLogger,
      metrics: createMetrics('search-service'),
    });
    letters = new DeadLetters({ database, consumers: transport });
    const nest = await NestFactory.createMicroservice(AppModule, { strategy: transport, logger: false });
    await nest.listen();
    app = nest;
    await bus.start();
  });
  afterEach(async () => {
    await bus.close();
    await app.close();
    await database.close();
    await test.drop();
  });

  const titles = () =>
    database.query<{ title: string }>('select title from items').then((rows) => rows.map(({ title }) => title));
  const by = (name: string) => seen.filter((each) => each.by === name);

  it('get the parsed payload, as groups of their own', async () => {
    await bus.publish([eventOf(added, 'a')]);
    await eventually(titles, (all) => all.length === 1, 'the catalogue has it');
    await eventually(
      () => by('index'),
      (all) => all.length === 1,
      'the index has it',
    );
    expect(by('index')[0]?.payload).toEqual({ id: 'a', title: 'untitled' });
  });

  it('see different events of a key in order', async () => {
    await bus.publish(Array.from({ length: 10 }, (_, n) => eventOf(n % 2 ? removed : added, 'a')));
    await eventually(
      () => by('catalogue remove'),
      (all) => all.length === 5,
      'all were handled',
    );
    expect(seen.filter((each) => each.by.startsWith('catalogue')).map((each) => each.by)).toEqual(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? 'catalogue remove' : 'catalogue put')),
    );
    expect(await titles()).toEqual([]);
  });

  it("act as the service, in the event's trace", async () => {
    const record = eventOf(added, 'a');
    await bus.publish([record]);
    await eventually(
      () => by('index'),
      (all) => all.length === 1,
      'the index has it',
    );
    expect(by('index')[0]).toMatchObject({
      requestId: record.envelope.id,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      caller: { kind: 'service', name: 'search-service' },
    });
  });

  it('fail with their own error, try again alone, and leave a dead letter', async () => {
    fault = invalid({ pointer: '/title', code: 'field.invalid' });
    await bus.publish([eventOf(added, 'a')]);
    const [letter] = await eventually(
      () => letters.list({ limit: 10 }),
      ({ items }) => items.length === 1,
      'a dead letter is there',
    ).then(({ items }) => items);
    expect(letter).toMatchObject({
      consumer: 'search-service.catalogue',
      type: 'content.created',
      subject: 'a',
      attempts: 5,
      error: expect.stringContaining('"pointer":"/title"'),
    });
    expect(by('index')).toHaveLength(1);
    expect(await titles()).toEqual([]);
  });

  describe('with a dead letter', () => {
    let id: string;

    beforeEach(async () => {
      await bus.publish([eventOf(added, 'a', { id: 'a', title: 7 })]);
      const { items: both } = await eventually(
        () => letters.list({ limit: 10 }),
        ({ items }) => items.length === 2,
        'each consumer has its own',
      );
      id = both.find(({ consumer }) => consumer.endsWith('catalogue'))!.id;
    });

    const repair = () =>
      database.query(`update dead_letters set event = jsonb_set(event::jsonb, '{data,title}', '"repaired"')::json`);

    it('show its event', async () => {
      expect(await letters.get(id)).toMatchObject({
        id,
        event: { type: 'content.created', data: { id: 'a', title: 7 } },
        stack: expect.stringContaining('UnreadableEvent'),
      });
    });

    it('keep it when a replay fails', async () => {
      expect(await letters.replay(id)).toEqual({
        handled: false,
        error: expect.stringContaining('payload is not valid'),
      });
      expect(await letters.get(id)).toMatchObject({ attempts: 2 });
    });

    it('handle it once, however often it is replayed at once', async () => {
      await repair();
      const replays = await Promise.allSettled([letters.replay(id), letters.replay(id), letters.replay(id)]);
      expect(replays.filter((replay) => replay.status === 'fulfilled').map((replay) => replay.value)).toEqual([
        { handled: true, error: null },
      ]);
      expect(replays.filter((replay) => replay.status === 'rejected').map((replay) => replay.reason)).toEqual([
        expect.objectContaining({ kind: 'notFound' }),
        expect.objectContaining({ kind: 'notFound' }),
      ]);
      expect(await titles()).toEqual(['repaired']);
    });

    it('undo what a failing replay did', async () => {
      await repair();
      fault = new Error('not yet');
      expect(await letters.replay(id)).toEqual({ handled: false, error: 'Error: not yet' });
      expect(await titles()).toEqual([]);
    });

    it('forget it on demand, once', async () => {
      await letters.discard(id);
      await expect(letters.discard(id)).rejects.toMatchObject({ kind: 'notFound' });
      await expect(letters.get(id)).rejects.toMatchObject({ kind: 'notFound' });
    });

    it('list page by page, newest first', async () => {
      const first = await letters.list({ limit: 1 });
      const second = await letters.list({ limit: 1, after: first.next ?? '' });
      expect([first.items.length, second.items.length, second.next]).toEqual([1, 1, null]);
      expect(first.items[0]!.id > second.items[0]!.id).toBe(true);
    });
  });
});
