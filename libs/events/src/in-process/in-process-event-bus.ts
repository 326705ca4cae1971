import { startCleaning } from '@mediamesh/jobs';
import type { Logger } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import { EventBus, type EventRecord, type Subscription } from '../event-bus.js';
import { countWaiting } from '../inbox.js';
import { BroadcastGroup, DurableGroup, type Group } from './group.js';
import type { WrittenRecord } from './waiting-rows.js';

/** Outboxes keep sent events for as long, so no event is published again later. */
const keptDays = 7;

/**
 * The bus of one process that hosts every app. A group's queue is the inbox in its app's database. An event is
 * acknowledged when each group has a row for it. Groups in other processes get no events, so a process that hosts only
 * some apps must not use it.
 */
export class InProcessEventBus extends EventBus {
  private readonly groups = new Map<
    string,
    { group: Group; types: ReadonlySet<string>; database: Database | undefined }
  >();
  private readonly databases = new Set<Database>();
  private readonly started = Promise.withResolvers<void>();
  private state: 'new' | 'started' | 'closed' = 'new';
  private stopCleaning = (): Promise<void> => Promise.resolve();

  constructor(private readonly options: { logger: Logger }) {
    super();
  }

  async publish(records: readonly EventRecord[]): Promise<void> {
    await this.started.promise;
    const written = records.map(writeRecord);
    const taken = await Promise.allSettled(
      [...this.groups.values()].map(({ group, types }) =>
        hand(
          group,
          written.filter(({ envelope }) => types.has(envelope.type)),
        ),
      ),
    );
    const failed = taken.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  subscribe(subscription: Subscription): void {
    const { group: name, broadcast, database, events } = subscription;
    if (this.groups.has(name)) throw new Error(`The group ${name} subscribes twice`);
    if (!broadcast && !database) throw new Error(`The group ${name} needs a database for its inbox`);
    const group =
      database && !broadcast
        ? new DurableGroup(subscription, database, this.options.logger)
        : new BroadcastGroup(subscription, this.options.logger);
    if (database && !broadcast) this.databases.add(database);
    this.groups.set(name, {
      group,
      types: new Set(events.map(({ type }) => type)),
      database: broadcast ? undefined : database,
    });
    if (this.state === 'started') group.start();
  }

  start(): Promise<void> {
    if (this.state !== 'new') throw new Error('The bus was already started');
    this.state = 'started';
    for (const { group } of this.groups.values()) group.start();
    this.stopCleaning = startCleaning(
      this.databases,
      { table: 'inbox', column: 'done_at', days: keptDays },
      this.options.logger,
    );
    this.started.resolve();
    return Promise.resolve();
  }

  /** Events published afterwards are still written to the inboxes, and handled after the next start. */
  async close(): Promise<void> {
    this.state = 'closed';
    this.started.resolve();
    await Promise.all([this.stopCleaning(), ...[...this.groups.values()].map(({ group }) => group.stop())]);
  }

  override async countWaiting(group: string): Promise<number> {
    const database = this.groups.get(group)?.database;
    return database ? countWaiting(database, group) : 0;
  }
}

const hand = async (group: Group, records: readonly WrittenRecord[]): Promise<void> => {
  if (records.length > 0) await group.take(records);
};

function writeRecord(record: EventRecord): WrittenRecord {
  const json = JSON.stringify(record.envelope);
  return { ...record, json, size: Buffer.byteLength(json) };
}
