import { isUtf8 } from 'node:buffer';
import type { DeadLetterOrigin } from '@mediamesh/contracts';
import type { MessageOrigin } from './event-bus.js';

type KeptBytes = DeadLetterOrigin['key'];

/** A message in the form in which a dead letter stores it. */
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

/** Producers may write any number, so it may be no valid date. */
const instantOf = (milliseconds: number): string | null =>
  Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : null;

/** UTF-8 is stored as readable text, anything else as base64, so no byte is lost. */
function describeBytes(bytes: Uint8Array | null): KeptBytes {
  if (!bytes) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer)
    ? { encoding: 'utf-8', content: buffer.toString('utf8') }
    : { encoding: 'base64', content: buffer.toString('base64') };
}
