import { randomUUID } from 'node:crypto';
import {
  contentCreated,
  contentDeleted,
  contentPublished,
  contentUnpublished,
  contentUpdated,
  dataschemaOf,
  type Envelope,
  type EventDefinition,
  type Payload,
  type PublicDocument,
  type Topic,
} from '@mediamesh/contracts';
import { eventually, publishOnKafka } from '@mediamesh/testing';
import type { RunningMesh } from '../mesh.js';
import type { NineProcesses } from '../nine-processes.js';

export interface RawEvent {
  readonly topic: Topic;
  readonly envelope: Envelope;
}

/** An event as the relay of cms-service would send it. */
function createEvent<E extends EventDefinition>(event: E, payload: Payload<E>): RawEvent {
  return {
    topic: event.topic,
    envelope: {
      id: randomUUID(),
      type: event.type,
      source: 'cms-service',
      subject: event.subject(payload),
      time: new Date().toISOString(),
      dataschema: dataschemaOf(event),
      partitionkey: event.partitionKey(payload),
      data: payload,
    },
  };
}

/** The same fact once more, told by an event of another id. */
export const retell = ({ topic, envelope }: RawEvent): RawEvent => ({
  topic,
  envelope: { ...envelope, id: randomUUID() },
});

export function createDocument(id: string, revision: number, title: string): PublicDocument {
  const now = new Date().toISOString();
  return {
    kind: 'program',
    id,
    revision,
    type: 'podcast',
    category: null,
    defaultLanguage: 'ar',
    localizations: { ar: { title, description: '', summary: '', slug: `slug-${id}` } },
    formerSlugs: [],
    tags: [],
    people: [],
    explicit: false,
    cover: null,
    link: null,
    releasedAt: now,
    publishedAt: now,
    updatedAt: now,
    order: 'newest_first',
  };
}

/** The whole life of a program: it is made, published, changed, withdrawn and purged. */
export function createLife(title: string): { id: string; events: RawEvent[] } {
  const id = randomUUID();
  const item = { id, kind: 'program', programId: id } as const;
  return {
    id,
    events: [
      createEvent(contentCreated, item),
      createEvent(contentPublished, { document: createDocument(id, 1, title) }),
      createEvent(contentUpdated, { document: createDocument(id, 2, title) }),
      createEvent(contentUnpublished, { ...item, revision: 3 }),
      createEvent(contentDeleted, item),
    ],
  };
}

/** A program that is published, withdrawn and published again. */
export function createReturn(title: string): { id: string; events: RawEvent[] } {
  const id = randomUUID();
  return {
    id,
    events: [
      createEvent(contentPublished, { document: createDocument(id, 1, title) }),
      createEvent(contentUnpublished, { id, kind: 'program', programId: id, revision: 2 }),
      createEvent(contentPublished, { document: createDocument(id, 3, title) }),
    ],
  };
}

export function permute<T>(all: readonly T[]): T[][] {
  if (all.length <= 1) return [[...all]];
  return all.flatMap((first, at) => permute(all.filter((_, index) => index !== at)).map((rest) => [first, ...rest]));
}

/** Puts events on the topics of a mesh and waits until the catalogue and the index are done with each. */
export async function deliver({ host }: RunningMesh<NineProcesses>, events: readonly RawEvent[]): Promise<void> {
  await publishOnKafka(
    { brokers: host.environment['KAFKA_BROKERS'] ?? '', prefix: host.environment['KAFKA_PREFIX'] ?? '' },
    events,
  );
  const wanted = new Set<string>([contentPublished, contentUpdated, contentUnpublished].map(({ type }) => type));
  const ids = [
    ...new Set(events.filter(({ envelope }) => wanted.has(envelope.type)).map(({ envelope }) => envelope.id)),
  ];
  for (const [database, consumer] of [
    ['discovery', 'discovery-service.catalogue'],
    ['search', 'search-service.indexing'],
  ] as const) {
    const countDone = async (): Promise<number> =>
      Number(
        (
          await host.query(database, 'select count(*) as done from inbox where consumer = $1 and event_id = any($2)', [
            consumer,
            ids,
          ])
        )[0]?.['done'],
      );
    await eventually(countDone, (done) => done === ids.length, `${consumer} is done with ${ids.length} events`, {
      timeoutMs: 60_000,
    });
  }
}
