import { z } from 'zod';

/** A Kafka topic, or its in-process likeness. */
export type Topic =
  | 'content.events'
  | 'metadata.events'
  | 'media.events'
  | 'ingest.events'
  | 'auth.events'
  | 'discovery.events'
  | 'search.events';

/** One kind of fact, declared once: `area.happened`, its version, its topic, its payload. */
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
 * The version before, while somebody still reads it: the outbox tells each fact in it too, and whoever reads one of the
 * two passes over the other (ADR 21).
 */
export interface FormerVersion<P extends z.ZodType = z.ZodType> {
  readonly event: EventDefinition;
  /** The fact as it was told before. */
  write(payload: z.output<P>): unknown;
}

/**
 * Declares an event; without `partitionKey` the subject is also the key that keeps order. Throws when `former` is no
 * older version of it.
 */
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

/**
 * What travels: the attributes of CloudEvents 1.0 around a payload.
 * `time` is when it happened, never used for order; `partitionkey` keeps the order of one aggregate.
 */
export const Envelope = z.object({
  id: z.uuid(),
  type: z.string().min(1).max(200),
  source: z.string().min(1).max(200),
  subject: z.string().min(1).max(200),
  time: z.iso.datetime(),
  dataschema: z.string().max(400),
  /** Every version in which this fact is told, when there are several: `1,2`. */
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

/** The address of a version's schema, as `dataschema` of the envelope. */
export const dataschemaOf = (event: Pick<EventDefinition, 'type' | 'version'>): string =>
  `urn:mediamesh:event:${event.type}:v${event.version}`;

/** A fact in the words of one version. */
export interface FactInVersion {
  readonly event: EventDefinition;
  readonly payload: unknown;
}

/**
 * A fact in every version in which it is to be told, the oldest first. Throws when a former version does not allow what
 * is written for it.
 */
export function tellInVersions(event: EventDefinition, payload: unknown): readonly FactInVersion[] {
  const { former } = event;
  return former
    ? [...tellInVersions(former.event, former.event.payload.parse(former.write(payload))), { event, payload }]
    : [{ event, payload }];
}
