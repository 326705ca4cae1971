import type { DeadLetter, DeadLetterDetail, Page } from '@mediamesh/contracts';
import { cutPage, notFound } from '@mediamesh/contracts';
import { query, type Database } from '@mediamesh/postgres';
import { callHandler, type Consumer, type Consumers, readEvent, withDeadline } from '../consumer.js';
import {
  type DeadLetterDetailRow,
  type DeadLetterRow,
  describeError,
  detailColumns,
  isOfEvent,
  summaryColumns,
} from '../dead-letter-rows.js';
import { recordDone } from '../inbox.js';
import { readKeptMessage } from './kept-message.js';

/** Another replay was faster. Not a Refusal, so that it cannot be confused with a handler's own `notFound`. */
class LetterGone extends Error {}

const withInstant = <Row extends { failedAt: Date }>(row: Row): Omit<Row, 'failedAt'> & { failedAt: string } => ({
  ...row,
  failedAt: row.failedAt.toISOString(),
});

/** The dead letters of an app. The class is also the injection token. */
export class DeadLetters {
  private readonly database: Database;
  private readonly consumers: Consumers;

  constructor({ database, consumers }: { database: Database; consumers: Consumers }) {
    this.database = database;
    this.consumers = consumers;
  }

  /** Newest first. `after` is the `next` of the previous page: the id of its last letter. */
  async list({ after, limit }: { after?: string | undefined; limit: number }): Promise<Page<DeadLetter>> {
    const rows = await this.database.query<DeadLetterRow>(
      `select ${summaryColumns} from dead_letters where $1::uuid is null or id < $1::uuid order by id desc limit $2`,
      [after ?? null, limit + 1],
    );
    const { items, last } = cutPage(rows, limit);
    return { items: items.map(withInstant), next: last?.id ?? null };
  }

  /** Throws `notFound`. */
  async get(id: string): Promise<DeadLetterDetail> {
    const [row] = await this.database.query<DeadLetterDetailRow>(
      `select ${detailColumns} from dead_letters where id = $1`,
      [id],
    );
    if (!row) throw notFound('dead_letter.not_found');
    return withInstant(row);
  }

  /**
   * Delivers the event to its consumer again. On success the letter is deleted, in the commit of the handler's effects
   * in the database. On failure it gets the new error. Throws `notFound`, also when another replay was faster.
   */
  async replay(id: string): Promise<{ handled: boolean; error: string | null }> {
    const { consumer: group } = await this.get(id);
    const consumer = this.consumers.consumer(group);
    if (!consumer) return { handled: false, error: `There is no consumer ${group} any more` };
    try {
      await withDeadline(consumer.deadline, (signal) => this.replayOnce(id, consumer, signal));
      return { handled: true, error: null };
    } catch (error) {
      if (error instanceof LetterGone) throw notFound('dead_letter.not_found');
      const [message, stack] = describeError(error);
      await this.database.query(
        `update dead_letters
         set attempts = attempts + 1, error = $2, stack = $3, failed_at = clock_timestamp()
         where id = $1`,
        [id, message, stack],
      );
      return { handled: false, error: message };
    }
  }

  /** Deletes a letter and its event for good. Throws `notFound`. */
  async discard(id: string): Promise<void> {
    const rows = await this.database.query('delete from dead_letters where id = $1 returning id', [id]);
    if (rows.length === 0) throw notFound('dead_letter.not_found');
  }

  private async replayOnce(id: string, consumer: Consumer, signal: AbortSignal): Promise<void> {
    await this.database.transaction(
      async (tx) => {
        // The delete is the lock: a concurrent replay waits for it and then finds no row.
        const [row] = await query<DeadLetterDetailRow>(
          tx,
          `delete from dead_letters where id = $1 returning ${detailColumns}`,
          [id],
        );
        if (!row) throw new LetterGone();
        const origin = isOfEvent(row) ? undefined : row.origin;
        const event = readEvent(consumer, origin ? readKeptMessage(origin) : row.event);
        if (event === 'unwanted') throw new Error(`The consumer ${consumer.group} does not handle this type any more`);
        if (event === 'other_version')
          throw new Error(`The consumer ${consumer.group} reads another version now, in which this fact was told too`);
        // such a message was not recorded as done, and its event may also have arrived in another message
        if (origin && !(await recordDone(tx, consumer.group, event.envelope.id))) return;
        await callHandler(consumer, event, signal, tx);
      },
      { signal },
    );
  }
}
