import { z } from 'zod';
import type { AppName } from '../kernel/apps.js';
import { defineApi } from '../kernel/endpoint.js';
import { Id } from '../kernel/fields.js';
import { pageOf, pageQuery } from '../kernel/page.js';
import { outboxExamples } from './operations.examples.js';

export const OutboxState = z
  .object({
    unsent: z.int(),
    /** When the oldest unsent event was appended. */
    oldestUnsentAt: z.string().nullable(),
    /** Events that the bus refuses. */
    parked: z.int(),
  })
  .meta({ id: 'OutboxState' });
export type OutboxState = z.output<typeof OutboxState>;

/** An event that the bus refuses; it does not block others. */
export const ParkedEvent = z
  .object({
    eventId: z.string(),
    type: z.string(),
    subject: z.string(),
    topic: z.string(),
    size: z.int(),
    reason: z.string(),
    createdAt: z.string(),
    parkedAt: z.string(),
  })
  .meta({ id: 'ParkedEvent' });
export type ParkedEvent = z.output<typeof ParkedEvent>;
const ParkedEventPage = pageOf(ParkedEvent);

const byId = z.object({ id: Id });
const roles = ['ADMIN', 'SERVICE'] as const;

/** The same on every app with a database, for its own table. */
export const outboxApi = (app: AppName) =>
  defineApi(app, '/internal/v1', outboxExamples, {
    readOutbox: {
      method: 'GET',
      path: '/outbox',
      summary: 'How many events wait to be sent, and how many are parked',
      tag: 'Operations',
      returns: OutboxState,
      roles,
    },
    listParkedEvents: {
      method: 'GET',
      path: '/outbox/parked',
      summary: 'Events the bus would not take, newest first',
      tag: 'Operations',
      query: z.strictObject(pageQuery),
      returns: ParkedEventPage,
      roles,
    },
    retryParkedEvent: {
      method: 'POST',
      path: '/outbox/parked/:id/retry',
      summary: 'Offer a parked event to the bus once more',
      tag: 'Operations',
      errors: { notFound: ['outbox.event_not_found'] },
      params: byId,
      roles,
    },
  });
