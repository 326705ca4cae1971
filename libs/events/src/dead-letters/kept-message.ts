import type { DeadLetterOrigin } from '@mediamesh/contracts';
import type { KafkaMessage } from 'kafkajs';
import { notAnEvent } from '../consumer.js';
import { readMessage } from '../kafka/cloud-event-headers.js';

/** Parses a message again, since the parser may have changed. Throws when it still is not an event. */
export function readKeptMessage(kept: DeadLetterOrigin): unknown {
  const { raw, origin } = readMessage(kept.topic, kept.partition, messageIn(kept));
  if (origin.problem !== undefined) throw notAnEvent(origin.problem);
  return raw;
}

function messageIn({ offset, writtenAt, key, value, headers }: DeadLetterOrigin): KafkaMessage {
  const byName = [...Map.groupBy(headers, ({ name }) => name)].map(
    ([name, all]): [string, Buffer | Buffer[] | undefined] => {
      const [first, ...more] = all.map((header) => bytesOf(header.value) ?? undefined);
      return [name, more.length > 0 ? [first, ...more].filter((bytes) => bytes !== undefined) : first];
    },
  );
  return {
    key: bytesOf(key),
    value: bytesOf(value),
    headers: Object.fromEntries(byName),
    offset,
    timestamp: String(writtenAt === null ? -1 : Date.parse(writtenAt)),
    attributes: 0,
  };
}

const bytesOf = (kept: DeadLetterOrigin['key']): Buffer | null =>
  kept ? Buffer.from(kept.content, kept.encoding) : null;
