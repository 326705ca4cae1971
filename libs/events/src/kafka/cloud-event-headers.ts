import { isUtf8 } from 'node:buffer';
import type { Envelope } from '@mediamesh/contracts';
import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { MessageOrigin } from '../event-bus.js';

/** The attributes sent as `ce_…` headers (CloudEvents 1.0, Kafka protocol binding, binary mode). */
const attributes = ['id', 'type', 'source', 'subject', 'time', 'dataschema', 'partitionkey', 'versions'] as const;
const specversion = '1.0';
const deepest = 100;
/** W3C Trace Context. An invalid one is dropped: it does not make the event invalid. */
const traceparent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A parsed message. */
export interface ReadMessage {
  /** An envelope without the attributes that are missing or invalid in the message. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly origin: MessageOrigin;
}

/** The event as a message: the payload is the value, the attributes are headers, the partition key is the key. */
export function writeMessage(envelope: Envelope): Message {
  const headers: IHeaders = { ce_specversion: specversion, 'content-type': 'application/json' };
  for (const name of attributes) if (envelope[name] !== undefined) headers[`ce_${name}`] = envelope[name];
  if (envelope.traceparent !== undefined) headers['traceparent'] = envelope.traceparent;
  return { key: envelope.partitionkey, value: JSON.stringify(envelope.data ?? null), headers };
}

/** Bytes of a message to send, without the small overhead of the protocol. */
export const sizeOf = ({ key, value, headers }: Message): number =>
  Object.entries(headers ?? {}).reduce(
    (sum, [name, text]) => sum + name.length + Buffer.byteLength(String(text)) + 4,
    Buffer.byteLength(key ?? '') + Buffer.byteLength(value ?? '') + 20,
  );

/** Bytes of the variable parts of a fetched message. */
export const sizeOfFetched = ({ key, value, headers }: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): number =>
  Object.entries(headers ?? {}).reduce(
    (sum, [name, header]) =>
      sum + [header].flat().reduce((bytes, text) => bytes + name.length + (text?.length ?? 0), 0),
    (key?.length ?? 0) + (value?.length ?? 0),
  );

/** Never throws: the first problem is in the origin's `problem`. */
export function readMessage(
  topic: string,
  partition: number,
  { key, value, headers = {}, offset, timestamp }: KafkaMessage,
): ReadMessage {
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const version = attempt(() => headerText(headers, 'ce_specversion'));
  if (version !== specversion)
    problems.unshift(
      version === undefined
        ? 'It has no attributes of CloudEvents'
        : `Its version of CloudEvents is ${version.slice(0, 20)}, this consumer reads ${specversion}`,
    );
  const raw: Record<string, unknown> = {};
  for (const name of attributes) {
    const text = attempt(() => headerText(headers, `ce_${name}`));
    if (text !== undefined) raw[name] = text;
  }
  const trace = textIn(headers['traceparent']);
  if (trace !== undefined && traceparent.test(trace)) raw['traceparent'] = trace;
  const data = attempt(() => readValue(value));
  if (data !== undefined) raw['data'] = data;
  if (raw['partitionkey'] !== undefined && !key?.equals(Buffer.from(String(raw['partitionkey']))))
    problems.push(key ? 'Its key is not the partition key of the event' : 'It has no key');
  const [problem] = problems;
  return {
    raw,
    origin: {
      topic,
      partition,
      offset,
      timestamp,
      key,
      value,
      headers: listHeaders(headers),
      ...(problem !== undefined && { problem }),
    },
  };
}

/** Throws when the header is repeated or is not UTF-8. */
function headerText(headers: IHeaders, name: string): string | undefined {
  const header = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (header === undefined || header === null) return undefined;
  const text = textIn(header);
  if (text === undefined) throw new Error(`Its header ${name} is not one text`);
  return text;
}

function readValue(value: Buffer | null): unknown {
  if (!value || value.length === 0) throw new Error('It has no value');
  if (isDeeper(value, deepest)) throw new Error(`Its value is nested deeper than ${deepest}`);
  const text = decode(value);
  if (text === undefined) throw new Error('Its value is not UTF-8');
  if (/"__proto__"\s*:/.test(text)) throw new Error('Its value names a prototype');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('Its value is not JSON', { cause: error });
  }
}

/** Counts brackets outside strings, so that deep nesting is found before recursive code sees it. */
function isDeeper(json: Buffer, limit: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (quoted) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return false;
}

const textIn = (header: IHeaders[string]): string | undefined =>
  typeof header === 'string' ? header : Buffer.isBuffer(header) ? decode(header) : undefined;

const decode = (bytes: Buffer): string | undefined => (isUtf8(bytes) ? bytes.toString('utf8') : undefined);

const listHeaders = (headers: IHeaders): MessageOrigin['headers'] =>
  Object.entries(headers).flatMap(([name, header]) =>
    [header]
      .flat()
      .map((value) => ({ name, value: value === undefined || value === null ? null : Buffer.from(value) })),
  );
