import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyApp } from '@mediamesh/app';
import * as contracts from '@mediamesh/contracts';
import { type Envelope, type EventDefinition, eventsIn, nameOfVersion } from '@mediamesh/contracts';
import { listConsumers } from '@mediamesh/events';
import { z } from 'zod';

/** The path is relative to `dist/tools/generate/`. */
const samplesFolder = join(import.meta.dirname, '../../../libs/contracts/samples/events');

type JsonObject = Record<string, unknown>;

/** Attributes of CloudEvents 1.0 in the binary mode of its Kafka binding. */
const headers = {
  type: 'object',
  required: [
    'ce_specversion',
    'ce_id',
    'ce_type',
    'ce_source',
    'ce_subject',
    'ce_time',
    'ce_dataschema',
    'ce_partitionkey',
  ],
  properties: {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: {
      type: 'string',
      format: 'uuid',
      description: 'A UUIDv7; the same event has the same id however often it comes.',
    },
    ce_type: { type: 'string' },
    ce_source: { type: 'string', description: 'The app that says it.' },
    ce_subject: { type: 'string', description: 'The id of what it is about.' },
    ce_time: { type: 'string', format: 'date-time', description: 'When it happened; never used for order.' },
    ce_dataschema: {
      type: 'string',
      description: 'Names the type and its version: urn:mediamesh:event:<type>:v<version>.',
    },
    ce_versions: {
      type: 'string',
      description:
        'Every version in which this fact is published, when there are several. Consumers read one of them and skip ' +
        'the others.',
    },
    ce_partitionkey: { type: 'string', description: 'Events with one key are in order.' },
    traceparent: { type: 'string', description: 'W3C Trace Context.' },
  },
};

/** The event catalogue as an AsyncAPI 3.0 document: topics, event versions, examples, publishers, consumer groups. */
export async function describeEvents(apps: readonly AnyApp[]): Promise<JsonObject> {
  const events = eventsIn(contracts);
  const samples = await readSamples();
  const schemas: Record<string, JsonObject> = { headers };
  const messages = Object.fromEntries(
    events.map((event) => [nameOfVersion(event), describeMessage(event, samples, schemas)]),
  );
  const topics = [...new Set(events.map(({ topic }) => topic))].sort();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'MediaMesh events',
      version: '1.0.0',
      description:
        'Facts that apps publish through the outbox of their database. Each is delivered at least once; events with ' +
        'one key are in order. Fields may be added to a version; anything else is a new version beside the old.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      topics.map((topic) => [
        topic,
        describeTopic(
          topic,
          events.filter((event) => event.topic === topic),
        ),
      ]),
    ),
    operations: { ...describeSenders(events, samples), ...describeReceivers(apps, events) },
    components: { messages, schemas },
  };
}

async function readSamples(): Promise<readonly Envelope[]> {
  const files = (await readdir(samplesFolder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(samplesFolder, name), 'utf8')) as Envelope),
  );
}

const samplesOf = (event: EventDefinition, samples: readonly Envelope[]): readonly Envelope[] =>
  samples.filter(({ dataschema }) => dataschema === contracts.dataschemaOf(event));

const describeTopic = (topic: string, events: readonly EventDefinition[]): JsonObject => ({
  address: topic,
  description:
    'The name of the topic, after `KAFKA_PREFIX`. The key of a message is its partition key. No message has a null ' +
    'key or another type.',
  messages: Object.fromEntries(
    events.map((event) => [nameOfVersion(event), { $ref: `#/components/messages/${nameOfVersion(event)}` }]),
  ),
  bindings: { kafka: { topic, bindingVersion: '0.5.0' } },
});

function describeMessage(
  event: EventDefinition,
  samples: readonly Envelope[],
  schemas: Record<string, JsonObject>,
): JsonObject {
  return {
    name: event.type,
    title: `${event.type}, version ${event.version}`,
    contentType: 'application/json',
    headers: { $ref: '#/components/schemas/headers' },
    payload: writePayload(event, schemas),
    bindings: { kafka: { key: { type: 'string', description: 'The partition key.' }, bindingVersion: '0.5.0' } },
    examples: samplesOf(event, samples).map(({ data, ...attributes }) => ({
      headers: {
        ce_specversion: '1.0',
        ...Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name === 'traceparent' ? name : `ce_${name}`, value]),
        ),
      },
      payload: data,
    })),
  };
}

/** The payload as JSON Schema draft 7, as AsyncAPI uses it. Named shapes go to `schemas`, shared by all events. */
function writePayload(event: EventDefinition, schemas: Record<string, JsonObject>): JsonObject {
  const {
    $schema: _,
    definitions = {},
    ...payload
  } = z.toJSONSchema(event.payload, { target: 'draft-7', io: 'output', unrepresentable: 'any' }) as JsonObject & {
    definitions?: Record<string, JsonObject>;
  };
  for (const [name, { id: _id, ...schema }] of Object.entries(definitions)) {
    const written = pointAt(schema) as JsonObject;
    if (schemas[name] && JSON.stringify(schemas[name]) !== JSON.stringify(written))
      throw new Error(`Two events mean different things by ${name}`);
    schemas[name] = written;
  }
  return pointAt(payload) as JsonObject;
}

/** Rewrites references within one schema to references within the document. */
function pointAt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointAt);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/definitions/', '#/components/schemas/')
        : pointAt(inner),
    ]),
  );
}

const referTo = (event: EventDefinition): JsonObject => ({
  $ref: `#/channels/${event.topic}/messages/${nameOfVersion(event)}`,
});

const describeSenders = (events: readonly EventDefinition[], samples: readonly Envelope[]): JsonObject =>
  Object.fromEntries(
    events.map((event) => {
      const [source] = new Set(samplesOf(event, samples).map((sample) => sample.source));
      return [
        `${source}.sends.${nameOfVersion(event)}`,
        { action: 'send', channel: { $ref: `#/channels/${event.topic}` }, messages: [referTo(event)] },
      ];
    }),
  );

function describeReceivers(apps: readonly AnyApp[], events: readonly EventDefinition[]): JsonObject {
  const received = apps.flatMap(({ name, controllers }) =>
    controllers
      .flatMap(listConsumers)
      .map(({ consumer, event, broadcast }) => ({ group: `${name}.${consumer}`, event, broadcast })),
  );
  return Object.fromEntries(
    [...new Set(received.map(({ group, event }) => `${group} ${event.topic}`))].sort().map((key) => {
      const of = received.filter(({ group, event }) => key === `${group} ${event.topic}`);
      const [first] = of;
      const wanted = events.filter((event) =>
        of.some((one) => one.event.type === event.type && one.event.version === event.version),
      );
      return [
        `${first?.group}.receives.${first?.event.topic}`,
        {
          action: 'receive',
          description: first?.broadcast
            ? 'Each instance receives every event that is published while it runs.'
            : `The consumer group is ${first?.group}, after KAFKA_PREFIX.`,
          channel: { $ref: `#/channels/${first?.event.topic}` },
          messages: wanted.map(referTo),
        },
      ];
    }),
  );
}
