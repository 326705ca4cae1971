import { z } from 'zod';
import type { AppName } from '../kernel/apps.js';
import { defineApi } from '../kernel/endpoint.js';
import { Id } from '../kernel/fields.js';
import { pageOf, pageQuery } from '../kernel/page.js';
import { deadLetterExamples } from './operations.examples.js';

/** An event that a consumer could not handle. */
export const DeadLetter = z
  .object({
    id: z.string(),
    consumer: z.string(),
    eventId: z.string(),
    type: z.string(),
    subject: z.string(),
    attempts: z.int(),
    error: z.string(),
    failedAt: z.string(),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.output<typeof DeadLetter>;
/** The bytes of a message, as UTF-8 if possible, else in base64. */
const MessageBytes = z.object({ encoding: z.enum(['utf-8', 'base64']), content: z.string() }).nullable();
/** The broker's message that carried the event. */
export const DeadLetterOrigin = z
  .object({
    topic: z.string(),
    partition: z.int(),
    offset: z.string(),
    writtenAt: z.string().nullable(),
    key: MessageBytes,
    value: MessageBytes,
    headers: z.array(z.object({ name: z.string(), value: MessageBytes })),
  })
  .meta({ id: 'DeadLetterOrigin' });
export type DeadLetterOrigin = z.output<typeof DeadLetterOrigin>;

export const DeadLetterDetail = DeadLetter.extend({
  event: z.record(z.string(), z.unknown()),
  stack: z.string().nullable(),
  origin: DeadLetterOrigin.nullable().optional().describe('Absent where no broker is used.'),
}).meta({ id: 'DeadLetterDetail' });
export type DeadLetterDetail = z.output<typeof DeadLetterDetail>;

export const DeadLetterPage = pageOf(DeadLetter).meta({ id: 'DeadLetterPage' });
export const DeadLetterReplay = z
  .object({ handled: z.boolean(), error: z.string().nullable() })
  .meta({ id: 'DeadLetterReplay' });

/** The apps that consume events into a database and keep dead letters. */
export const ConsumingApp = z.enum(['cms-service', 'media-service', 'discovery-service', 'search-service']);
export type ConsumingApp = z.output<typeof ConsumingApp>;

const byId = z.object({ id: Id });
const roles = ['ADMIN', 'SERVICE'] as const;

/** The same on every consuming app, for its own table. */
export const deadLettersApi = (app: AppName) =>
  defineApi(app, '/internal/v1', deadLetterExamples({}), {
    listDeadLetters: {
      method: 'GET',
      path: '/dead-letters',
      summary: 'Events that could not be handled, newest first',
      tag: 'Operations',
      query: z.strictObject(pageQuery),
      returns: DeadLetterPage,
      roles,
    },
    getDeadLetter: {
      method: 'GET',
      path: '/dead-letters/:id',
      summary: 'One dead letter with its event',
      tag: 'Operations',
      errors: { notFound: ['dead_letter.not_found'] },
      params: byId,
      returns: DeadLetterDetail,
      roles,
    },
    replayDeadLetter: {
      method: 'POST',
      path: '/dead-letters/:id/replay',
      summary: 'Hand the event to its consumer once more',
      tag: 'Operations',
      errors: { notFound: ['dead_letter.not_found'] },
      params: byId,
      returns: DeadLetterReplay,
      status: 200,
      roles,
    },
    discardDeadLetter: {
      method: 'DELETE',
      path: '/dead-letters/:id',
      summary: 'Forget a dead letter',
      tag: 'Operations',
      errors: { notFound: ['dead_letter.not_found'] },
      params: byId,
      roles,
    },
  });
