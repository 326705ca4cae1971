import { randomUUIDv7 } from 'node:crypto';
import { contentCreated } from '@mediamesh/contracts';
import { KafkaEventBus, KafkaTopics } from '@mediamesh/events';
import { migrationsOf } from '@mediamesh/migrations';
import { createMetrics, silentLogger } from '@mediamesh/observability';
import { Outbox, startRelay } from '@mediamesh/outbox';
import { type Database, ensureServiceDatabase, migrate, openDatabase } from '@mediamesh/postgres';
import { startEmbeddedPostgres } from '@mediamesh/postgres/embedded';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder } from '../mesh-process.js';
import { type Bench, type Row, rowOf } from '../row.js';
import { useServers } from '../servers.js';

const connections = 16;
const seconds = 3;

/** The rate at which the relay sends events to Kafka, compared with 16 connections that append them singly. */
export async function measureRelay(bench: Bench): Promise<Row[]> {
  const { KAFKA_PREFIX: prefix = '', KAFKA_BROKERS: brokers = '' } = await useServers('kafka');
  await using stack = bench.keep(new AsyncDisposableStack());
  const folder = await makeFolder();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  // as in every embedded mesh, commits wait for the disk
  const postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres') });
  stack.defer(() => postgres.stop());
  const url = await ensureServiceDatabase({ adminUrl: postgres.url, service: 'search' });
  await migrate({ url, migrations: migrationsOf('search'), logger: silentLogger });
  const database = await openDatabase({ name: 'search', url, poolSize: connections + 2, logger: silentLogger });
  stack.defer(() => database.close());
  const config = {
    brokers: brokers.split(','),
    clientId: 'bench',
    prefix,
    partitions: 12,
    replication: 1,
    retentionHours: 1,
  };
  await new KafkaTopics({ config, logger: silentLogger }).prepare();
  const bus = new KafkaEventBus({ config, logger: silentLogger, onFatal: (error) => bench.say(error.message) });
  await bus.start();
  stack.defer(() => bus.close());

  const ratios: number[] = [];
  const rates: number[] = [];
  for (let round = -1; round < bench.rounds; round++) {
    const outbox = new Outbox({ database, app: 'search-service' });
    const inserted = await appendFor(database, outbox);
    const started = performance.now();
    const relay = startRelay({ database, outbox, bus, logger: silentLogger, metrics: createMetrics('search-service') });
    while ((await countUnsent(database)) > 0) await pause(5);
    const drained = inserted.count / ((performance.now() - started) / 1_000);
    await relay.close();
    if (round < 0) continue; // warm-up
    rates.push(drained);
    ratios.push(drained / inserted.rate);
  }
  return [
    rowOf('relay into Kafka', 'events/s', rates),
    rowOf('relay into Kafka ÷ single appends by 16 connections', '', ratios, { better: 'higher', must: 5, aim: 10 }),
  ];
}

async function appendFor(database: Database, outbox: Outbox): Promise<{ count: number; rate: number }> {
  const started = performance.now();
  const end = started + seconds * 1_000;
  let count = 0;
  const append = async (): Promise<void> => {
    while (performance.now() < end) {
      const id = randomUUIDv7();
      await database.transaction((tx) => outbox.append(tx, contentCreated, { id, kind: 'program', programId: id }));
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, append));
  return { count, rate: count / ((performance.now() - started) / 1_000) };
}

async function countUnsent(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    'select count(*)::int as count from (select 1 from outbox where sent_at is null limit 1) one',
  );
  return row?.count ?? 0;
}
