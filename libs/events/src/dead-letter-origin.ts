import { isUtf8 } from 'node:buffer';
import type { DeadLetterOrigin } from '@mediamesh/contracts';
import type { KafkaMessage } from 'kafkajs';
import type { MessageOrigin } from './event-bus.js';

type KeptBytes = DeadLetterOrigin['key'];

/** A message as a dead letter keeps it. */
export const describeOrigin = ({ topic, partition, offset, timestamp, key, value, headers }: MessageOrigin): DeadLetterOrigin => ({
  topic,
  partition,
  offset,
  writtenAt: instantOf(Number(timestamp)),
  key: describeBytes(key),
  value: describeBytes(value),
  headers: headers.map(({ name, value: bytes }) => ({ name, value: describeBytes(bytes) })),
});

/** The message that a dead letter keeps, as it came. */
export function messageIn({ offset, writtenAt, key, value, headers }: DeadLetterOrigin): KafkaMessage {
  const byName = [...Map.groupBy(headers, ({ name }) => name)].map(([name, all]): [string, Buffer | Buffer[] | undefined] => {
    const [first, ...more] = all.map((header) => bytesOf(header.value) ?? undefined);
    return [name, more.length > 0 ? [first, ...more].filter((bytes) => bytes !== undefined) : first];
  });
  return { key: bytesOf(key), value: bytesOf(value), headers: Object.fromEntries(byName), offset, timestamp: String(writtenAt === null ? -1 : Date.parse(writtenAt)), attributes: 0 };
}

/** Producers may write any number there. */
const instantOf = (milliseconds: number): string | null => (Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : null);

/** Text where it is text, so that a person can read it, and in any case every byte. */
function describeBytes(bytes: Uint8Array | null): KeptBytes {
  if (!bytes) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? { encoding: 'utf-8', content: buffer.toString('utf8') } : { encoding: 'base64', content: buffer.toString('base64') };
}

const bytesOf = (kept: KeptBytes): Buffer | null => (kept ? Buffer.from(kept.content, kept.encoding) : null);
