import { createHash, randomUUIDv7 } from 'node:crypto';
import type { DeadLetter, DeadLetterDetail } from '@mediamesh/contracts';
import { Refusal } from '@mediamesh/contracts';
import { query, type Database } from '@mediamesh/postgres';
import { isUuid } from '@mediamesh/text';
import { describeOrigin } from './dead-letter-origin.js';
import type { MessageOrigin } from './event-bus.js';
import { recordDone } from './inbox.js';

const longestError = 2_000;
const longestStack = 20_000;

export const summaryColumns = `id, consumer, event_id as "eventId", type, subject,
  attempts, error, failed_at as "failedAt"`;
export const detailColumns = `${summaryColumns}, event, stack, origin`;

export type DeadLetterRow = Omit<DeadLetter, 'failedAt'> & { failedAt: Date };
export type DeadLetterDetailRow = Omit<DeadLetterDetail, 'failedAt'> & { failedAt: Date };

interface Failure {
  readonly group: string;
  readonly raw: unknown;
  readonly attempts: number;
  readonly error: unknown;
  readonly origin?: MessageOrigin | undefined;
}

/** Stores an event with its error and its message, and records it as done, in one transaction. */
export async function keepDeadLetter(
  database: Database,
  { group, raw, attempts, error, origin }: Failure,
): Promise<void> {
  const fields = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const field = (name: string) => storable(typeof fields[name] === 'string' ? fields[name] : '').slice(0, 200);
  const event = typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? raw : { raw };
  const json = JSON.stringify(event);
  // A message that is not an event may carry an event's id. Stored under it, it would mark that event as done.
  const isEvent = origin?.problem === undefined && isUuid(field('id').toLowerCase());
  const eventId = isEvent
    ? field('id')
    : origin
      ? nameOf(origin)
      : field('id') || createHash('sha256').update(json).digest('hex');
  await database.transaction(async (tx) => {
    await query(
      tx,
      `insert into dead_letters (id, consumer, event_id, type, subject, event, attempts, error, stack, origin)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (consumer, event_id)
         do update set attempts = excluded.attempts, error = excluded.error,
         stack = excluded.stack, failed_at = excluded.failed_at`,
      [
        randomUUIDv7(),
        group,
        eventId,
        field('type'),
        field('subject'),
        json,
        attempts,
        ...describeError(error),
        origin ? JSON.stringify(describeOrigin(origin)) : null,
      ],
    );
    if (isEvent) await recordDone(tx, group, eventId);
  });
}

/** The timestamp is included because the offsets of a recreated topic start at 0 again. */
const nameOf = ({ topic, partition, offset, timestamp }: MessageOrigin): string =>
  `${topic}/${partition}/${offset}/${timestamp}`;

/** Whether the letter's message was an event, so that it was recorded as done. */
export const isOfEvent = ({ eventId }: Pick<DeadLetterRow, 'eventId'>): boolean => isUuid(eventId.toLowerCase());

export async function countDeadLetters(database: Database): Promise<number> {
  const [row] = await database.query<{ letters: number }>('select count(*) as letters from dead_letters');
  return row?.letters ?? 0;
}

/** An error's message and stack, cut and cleaned for the table. */
export function describeError(error: unknown): [message: string, stack: string | null] {
  if (!(error instanceof Error)) return [storable(String(error)).slice(0, longestError), null];
  const details = error instanceof Refusal && error.errors.length > 0 ? ` ${JSON.stringify(error.errors)}` : '';
  return [
    storable(`${error.name}: ${error.message}${details}`).slice(0, longestError),
    error.stack ? storable(error.stack).slice(0, longestStack) : null,
  ];
}

/** PostgreSQL stores no NUL character, and UTF-8 no unpaired surrogate. */
const storable = (text: string): string => text.replaceAll('\0', '\u{FFFD}').toWellFormed();
