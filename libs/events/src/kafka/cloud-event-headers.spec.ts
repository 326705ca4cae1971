import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { Envelope } from '@mediamesh/contracts';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { factOf } from '../fixtures/bus-bench.js';
import { readMessage, sizeOf, writeMessage } from './cloud-event-headers.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const { envelope: bare } = factOf('قهوة', 1);
const envelope: Envelope = { ...bare, traceparent };

/** What a consumer gets of what a producer sent: bytes. */
function arrive({
  key,
  value,
  headers = {},
}: {
  key?: unknown;
  value?: unknown;
  headers?: IHeaders | undefined;
}): KafkaMessage {
  const bytes = (content: unknown) =>
    content === null || content === undefined ? null : Buffer.from(content as string);
  const entries = Object.entries(headers).map(([name, header]) => [
    name,
    Array.isArray(header) ? header.map((each) => Buffer.from(each)) : Buffer.from(header ?? ''),
  ]);
  return {
    key: bytes(key),
    value: bytes(value),
    headers: Object.fromEntries(entries) as IHeaders,
    timestamp: '1760000000000',
    attributes: 0,
    offset: '7',
  };
}

const read = (change: Partial<ReturnType<typeof writeMessage>> = {}) =>
  readMessage('t.content.events', 2, arrive({ ...writeMessage(envelope), ...change }));
const headers = (change: IHeaders): { headers: IHeaders } => ({
  headers: { ...writeMessage(envelope).headers, ...change },
});

describe('an event as a message', () => {
  it('has its attributes as headers, its payload as value and its partition key as key, as CloudEvents says', () => {
    const message = writeMessage(envelope);
    expect(message.key).toBe('قهوة');
    expect(JSON.parse(String(message.value))).toEqual({ key: 'قهوة', n: 1 });
    expect(message.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: envelope.id,
      ce_type: 'content.created',
      ce_source: 'cms-service',
      ce_subject: 'قهوة',
      ce_time: envelope.time,
      ce_dataschema: envelope.dataschema,
      ce_partitionkey: 'قهوة',
      'content-type': 'application/json',
      traceparent,
    });
  });

  it('comes back as it was', () => {
    const { raw, origin } = read();
    expect(raw).toEqual(envelope);
    expect(origin.problem).toBeUndefined();
    expect({ topic: origin.topic, partition: origin.partition, offset: origin.offset }).toEqual({
      topic: 't.content.events',
      partition: 2,
      offset: '7',
    });
  });

  it('says in which versions it is told, where there are several', () => {
    const message = writeMessage({ ...envelope, versions: '1,2' });
    expect(message.headers?.['ce_versions']).toBe('1,2');
    expect(readMessage('t', 0, arrive(message)).raw).toEqual({ ...envelope, versions: '1,2' });
  });

  it('is counted with its headers', () => {
    expect(sizeOf(writeMessage(envelope))).toBeGreaterThan(Buffer.byteLength(JSON.stringify(envelope)));
  });

  it('leaves out a trace that is none', () => {
    for (const odd of ['', 'garbage', `${traceparent}-`, 'x'.repeat(5_000)]) {
      const { raw, origin } = read(headers({ traceparent: odd }));
      expect({ ...raw, traceparent }).toEqual(envelope);
      expect(raw['traceparent']).toBeUndefined();
      expect(origin.problem).toBeUndefined();
    }
  });

  it('bears headers it does not know, many and binary', () => {
    const others = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, n) => [`x-${n}`, Buffer.from([0xff, 0xfe, n % 256])]),
    );
    const { raw, origin } = read(headers({ ...others, twice: ['a', 'b'] }));
    expect(raw).toEqual(envelope);
    expect(origin.headers).toHaveLength(10 + 1_000 + 2);
  });
});

describe('a message that is no event', () => {
  const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  it.each([
    ['no value', { value: null }, 'It has no value'],
    ['an empty value', { value: '' }, 'It has no value'],
    ['text', { value: 'hello' }, 'Its value is not JSON'],
    ['JSON that was cut', { value: '{"key":"a"' }, 'Its value is not JSON'],
    ['bytes that are not UTF-8', { value: Buffer.from([0x22, 0xff, 0xfe, 0x22]) }, 'Its value is not UTF-8'],
    ['a value somebody compressed', { value: gzipSync('{"key":"a","n":1}') }, 'Its value is not UTF-8'],
    ['a value nested too deeply', { value: nested }, 'Its value is nested deeper than 100'],
    [
      'a value that names a prototype',
      { value: '{"key":"a","n":1,"__proto__" : {"admin":true}}' },
      'Its value names a prototype',
    ],
    ['no headers', { headers: {} }, 'It has no attributes of CloudEvents'],
    [
      'another version of CloudEvents',
      headers({ ce_specversion: '99' }),
      'Its version of CloudEvents is 99, this consumer reads 1.0',
    ],
    [
      'an attribute that is not text',
      headers({ ce_id: Buffer.from([0xff, 0xfe]) }),
      'Its header ce_id is not one text',
    ],
    ['an attribute given twice', headers({ ce_id: ['1', '2'] }), 'Its header ce_id is not one text'],
    ['no key', { key: null }, 'It has no key'],
    ['another key than it says', { key: 'other' }, 'Its key is not the partition key of the event'],
  ])('is named as such: %s', (_, change, problem) => {
    const { origin } = read(change);
    expect(origin.problem).toBe(problem);
  });

  it('keeps every byte it came with', () => {
    const value = Buffer.from([0, 255, 1, 254]);
    const { origin } = read({ value, key: Buffer.from([200, 201]) });
    expect(Buffer.from(origin.value ?? [])).toEqual(value);
    expect(Buffer.from(origin.key ?? [])).toEqual(Buffer.from([200, 201]));
  });

  it('is still read as far as it can be, so that a person sees what it was about', () => {
    expect(read({ value: 'hello' }).raw).toMatchObject({
      id: envelope.id,
      type: envelope.type,
      subject: envelope.subject,
    });
  });

  it('without an attribute is no envelope', () => {
    for (const name of ['id', 'type', 'source', 'subject', 'time', 'dataschema', 'partitionkey']) {
      const { [`ce_${name}`]: left, ...rest } = writeMessage(envelope).headers ?? {};
      expect(left).toBeDefined();
      expect(Envelope.safeParse(read({ headers: rest }).raw).success).toBe(false);
    }
  });
});
