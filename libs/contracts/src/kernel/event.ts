import { z } from 'zod';

/** A Kafka topic, or its in-process likeness. */
export type Topic = 'content.events' | 'metadata.events' | 'media.events' | 'ingest.events' | 'auth.events' | 'discovery.events' | 'search.events';

/** One kind of fact, declared once: `area.happened`, its version, its topic, its payload. */
export interface EventDefinition<P extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly version: number;
  readonly topic: Topic;
  readonly payload: P;
  readonly subject: (payload: z.output<P>) => string;
  readonly partitionKey: (payload: z.output<P>) => string;
}

/** Declares an event; without `partitionKey` the subject is also the key that keeps order. */
export function defineEvent<P extends z.ZodType>(
  type: string,
  definition: {
    version: number;
    topic: Topic;
    payload: P;
    subject: (payload: z.output<P>) => string;
    partitionKey?: (payload: z.output<P>) => string;
  },
): EventDefinition<P> {
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
  partitionkey: z.string().min(1).max(200),
  traceparent: z.string().max(100).optional(),
  data: z.unknown(),
});
export type Envelope = z.output<typeof Envelope>;

/** The address of a version's schema, as `dataschema` of the envelope. */
export const dataschemaOf = (event: Pick<EventDefinition, 'type' | 'version'>): string => `urn:mediamesh:event:${event.type}:v${event.version}`;
