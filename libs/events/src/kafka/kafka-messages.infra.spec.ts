import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { describeWithServer, eventually } from '@mediamesh/testing';
import kafkajs, { type Message } from 'kafkajs';
import { DeadLetters } from '../dead-letters/dead-letters.js';
import { BusBench, factOf, happened, type Happening } from '../fixtures/bus-bench.js';
import { createKafkaWorld, type KafkaWorld } from '../fixtures/kafka-world.js';
import { createClient } from './client.js';
import { writeMessage } from './cloud-event-headers.js';

/** Everything that tools and mistakes may leave on a topic, each with what a person is told about it. */
const oddities: [name: string, message: Message, told: string][] = [
  ['no value', oddOf('k', { value: null }), 'It has no value'],
  ['an empty value', oddOf('k', { value: '' }), 'It has no value'],
  ['text', oddOf('k', { value: 'hello' }), 'not JSON'],
  ['cut JSON', oddOf('k', { value: '{"key":' }), 'not JSON'],
  ['no UTF-8', oddOf('k', { value: Buffer.from([0x22, 0xff, 0x22]) }), 'not UTF-8'],
  ['compressed by hand', oddOf('k', { value: gzipSync('{"key":"k","n":1}') }), 'not UTF-8'],
  ['deep', oddOf('k', { value: `${'['.repeat(10_000)}${']'.repeat(10_000)}` }), 'nested deeper'],
  ['a prototype', oddOf('k', { value: '{"key":"k","n":1,"__proto__":{}}' }), 'names a prototype'],
  ['NUL', oddOf('k', { value: '"\\u0000"' }), 'payload is not valid'],
  ['not an object', oddOf('k', { value: '[1]' }), 'payload is not valid'],
  ['no headers and no key', { key: null, value: '{"key":"k","n":1}', headers: {} }, 'no attributes of CloudEvents'],
  ['binary headers', oddOf('k', { headers: { ce_id: Buffer.from([0xff]) } }), 'ce_id is not one text'],
  ['no id', oddOf('k', {}, 'ce_id'), 'envelope is not valid'],
  ['no schema', oddOf('k', {}, 'ce_dataschema'), 'envelope is not valid'],
  ['a time that is none', oddOf('k', { headers: { ce_time: 'yesterday' } }), 'envelope is not valid'],
  [
    'another version of the event',
    oddOf('k', { headers: { ce_dataschema: 'urn:mediamesh:event:content.created:v99' } }),
    'Its version is',
  ],
  [
    'another version of the envelope',
    oddOf('k', { headers: { ce_specversion: '99' } }),
    'version of CloudEvents is 99',
  ],
  ['no key', oddOf('k', { key: null }), 'It has no key'],
  ['another key', oddOf('k', { key: 'other' }), 'not the partition key'],
  ['two million bytes', oddOf('k', { value: `"${'x'.repeat(2_000_000)}"` }), 'payload is not valid'],
  ['written before all time', { ...oddOf('k', { value: 'old' }), timestamp: '-9000000000000000000' }, 'not JSON'],
];

function oddOf(key: string, change: Partial<Message>, without = ''): Message {
  const message = writeMessage(factOf(key, 1).envelope);
  const headers = { ...message.headers, ...change.headers };
  return {
    ...message,
    ...change,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== without)),
  };
}

describeWithServer('kafka', 'Messages of every kind', (brokers = '') => {
  let world: KafkaWorld;
  let bench: BusBench;
  let broken = true;
  const handle = async (
    payload: Happening,
    context: Parameters<ReturnType<BusBench['writeEffect']>>[1],
  ): Promise<void> => {
    if (payload.n === 666 && broken) throw new Error('the handler has a mistake');
    await bench.writeEffect('one')(payload, context);
  };
  const send = async (messages: Message[]): Promise<void> => {
    const producer = createClient(world.config, silentLogger).producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    for (const message of messages)
      await producer.send({ topic: `${world.config.prefix}content.events`, messages: [message] });
    await producer.disconnect();
  };
  const readLetters = () =>
    bench.database.query<{
      error: string;
      id: string;
      eventId: string;
      origin: { offset: string; key: unknown; value: { encoding: string; content: string } | null; headers: unknown[] };
    }>('select id, event_id as "eventId", error, origin from dead_letters order by id');

  beforeAll(async () => {
    world = await createKafkaWorld(brokers, { partitions: 1 });
    bench = await BusBench.set(world);
    const bus = bench.openBus();
    bench.consume(bus, 'one', { handle });
    await bus.start();
    await bus.publish([factOf('k', 1)]);
    await send(oddities.map(([, message]) => message));
    await bus.publish([factOf('k', 2)]);
  });
  afterAll(() => bench.close());

  it('stop nothing: what comes after them is handled', async () => {
    await eventually(
      () => bench.effectsOf('one'),
      (seen) => seen.includes(2),
      'the event after them was handled',
    );
    expect(await bench.effectsOf('one')).toEqual([1, 2]);
  });

  it('are kept one by one, each with its reason', async () => {
    const letters = await eventually(readLetters, (all) => all.length === oddities.length, 'each is kept');
    const reasons = letters.sort((a, b) => Number(a.origin.offset) - Number(b.origin.offset)).map(({ error }) => error);
    expect(reasons).toEqual(oddities.map(([, , told]) => expect.stringContaining(told)));
  });

  it('are kept as they came: key, value, headers and where they lay', async () => {
    const letters = await eventually(readLetters, (all) => all.length === oddities.length, 'each is kept');
    const letter = letters.find(({ error }) => error.includes('not UTF-8'));
    expect(letter?.origin).toMatchObject({
      topic: `${world.config.prefix}content.events`,
      partition: 0,
      offset: String(1 + oddities.findIndex(([name]) => name === 'no UTF-8')),
      key: { encoding: 'utf-8', content: 'k' },
      value: { encoding: 'base64', content: Buffer.from([0x22, 0xff, 0x22]).toString('base64') },
      headers: expect.arrayContaining([{ name: 'ce_type', value: { encoding: 'utf-8', content: happened.type } }]),
    });
  });

  it('with the id of an event do not pass for it', async () => {
    const fact = factOf('k', 3);
    await send([{ ...writeMessage(fact.envelope), value: 'forged' }, writeMessage(fact.envelope)]);
    await eventually(
      () => bench.effectsOf('one'),
      (seen) => seen.includes(3),
      'the event itself was handled',
    );
  });

  describe('a poison event among good ones', () => {
    it('is kept with the message it came in and is handled, once, when it is replayed after the fix', async () => {
      const poison = factOf('poison', 666);
      await send([factOf('poison', 10).envelope, poison.envelope, factOf('poison', 11).envelope].map(writeMessage));
      await eventually(
        () => bench.effectsOf('one', 'poison'),
        (seen) => seen.length === 2,
        'the good ones were handled',
      );
      const letter = (await readLetters()).find(({ eventId }) => eventId === poison.envelope.id);
      expect(letter).toMatchObject({
        error: 'Error: the handler has a mistake',
        origin: { key: { content: 'poison' }, value: { content: JSON.stringify(poison.envelope.data) } },
      });
      broken = false;
      const letters = new DeadLetters({
        database: bench.database,
        consumers: { consumer: () => bench.consumer('one', { handle }) },
      });
      expect(await letters.replay(letter?.id ?? '')).toEqual({ handled: true, error: null });
      await send([writeMessage(poison.envelope), writeMessage(factOf('poison', 12).envelope)]);
      await eventually(
        () => bench.effectsOf('one', 'poison'),
        (seen) => seen.includes(12),
        'the last was handled',
      );
      expect(await bench.effectsOf('one', 'poison')).toEqual([10, 11, 666, 12]);
    });
  });
});
