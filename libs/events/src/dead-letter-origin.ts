import { isUtf8 } from 'node:buffer';
import type { DeadLetterOrigin } from '@mediamesh/contracts';
import type { MessageOrigin } from './event-bus.js';

type KeptBytes = DeadLetterOrigin['key'];

/** A message as a dead letter keeps it. */
export const describeOrigin = ({
  topic,
  partition,
  offset,
  timestamp,
  key,
  value,
  headers,
}: MessageOrigin): DeadLetterOrigin => ({
  topic,
  partition,
  offset,
  writtenAt: instantOf(Number(timestamp)),
  key: describeBytes(key),
  value: describeBytes(value),
  headers: headers.map(({ name, value: bytes }) => ({ name, value: describeBytes(bytes) })),
});

/** Producers may write any number there. */
const instantOf = (milliseconds: number): string | null =>
  Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : null;

/** Text where it is text, so that a person can read it, and in any case every byte. */
function describeBytes(bytes: Uint8Array | null): KeptBytes {
  if (!bytes) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer)
    ? { encoding: 'utf-8', content: buffer.toString('utf8') }
    : { encoding: 'base64', content: buffer.toString('base64') };
}
