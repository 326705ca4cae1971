import { z } from 'zod';

/** A Kafka topic, or its in-process equivalent. */
export type Topic =
  | 'content.events'
  | 'metadata.events'
  | 'media.events'
  | 'ingest.events'
  | 'auth.events'
  | 'discovery.events'
  | 'search.events';

/** An event type in one version, named `area.happened`. Events with the same `partitionKey` keep their order. */
export interface EventDefinition<P extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly version: number;
  readonly topic: Topic;
  readonly payload: P;
  subject(payload: z.output<P>): string;
  partitionKey(payload: z.output<P>): string;
  readonly former?: FormerVersion<P>;
}

/**
 * The previous version while consumers still read it: the outbox publishes each event in both, and a consumer of one
 * skips the other (ADR 21).
 */
export interface FormerVersion<P extends z.ZodType = z.ZodType> {
  readonly event: EventDefinition;
  /** The payload in the previous version. */
  write(payload: z.output<P>): unknown;
}

/** `partitionKey` is the subject by default. Throws if `former` is not an older version on the same topic. */
export function defineEvent<P extends z.ZodType>(
  type: string,
  definition: {
    version: number;
    topic: Topic;
    payload: P;
    subject: (payload: z.output<P>) => string;
    partitionKey?: (payload: z.output<P>) => string;
    former?: FormerVersion<P>;
  },
): EventDefinition<P> {
  const { version, topic, former } = definition;
  if (former && (former.event.type !== type || former.event.topic !== topic || former.event.version >= version))
    throw new Error(`What comes before version ${version} of ${type} is an older version of it on its topic`);
  return { type, partitionKey: definition.subject, ...definition };
}

export type Payload<E extends EventDefinition> = z.output<E['payload']>;

/** A CloudEvents 1.0 envelope. `time` is when the event happened and never decides order; `partitionkey` does. */
export const Envelope = z.object({
  id: z.uuid(),
  type: z.string().min(1).max(200),
  source: z.string().min(1).max(200),
  subject: z.string().min(1).max(200),
  time: z.iso.datetime(),
  dataschema: z.string().max(400),
  /** All versions in which the event is published, if several: `1,2`. */
  versions: z
    .string()
    .max(100)
    .regex(/^\d+(?:,\d+)*$/)
    .optional(),
  partitionkey: z.string().min(1).max(200),
  traceparent: z.string().max(100).optional(),
  data: z.unknown(),
});
export type Envelope = z.output<typeof Envelope>;

/** The schema's URN, the envelope's `dataschema`. */
export const dataschemaOf = (event: Pick<EventDefinition, 'type' | 'version'>): string =>
  `urn:mediamesh:event:${event.type}:v${event.version}`;

export interface FactInVersion {
  readonly event: EventDefinition;
  readonly payload: unknown;
}

/** The event in every version to publish, oldest first. Throws if the payload of a former version is invalid. */
export function tellInVersions(event: EventDefinition, payload: unknown): readonly FactInVersion[] {
  const { former } = event;
  return former
    ? [...tellInVersions(former.event, former.event.payload.parse(former.write(payload))), { event, payload }]
    : [{ event, payload }];
}
