import { z } from 'zod';
import type { AppName } from '../kernel/apps.js';
import { defineApi } from '../kernel/endpoint.js';
import { Id, pageOf, pageQuery } from '../kernel/fields.js';

/** An event that a consumer could not handle, with why. */
export const DeadLetter = z
  .object({ id: z.string(), consumer: z.string(), eventId: z.string(), type: z.string(), subject: z.string(), attempts: z.int(), error: z.string(), failedAt: z.string() })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.output<typeof DeadLetter>;
export const DeadLetterDetail = DeadLetter.extend({ event: z.record(z.string(), z.unknown()), stack: z.string().nullable() }).meta({ id: 'DeadLetterDetail' });
export type DeadLetterDetail = z.output<typeof DeadLetterDetail>;

const byId = z.object({ id: Id });
const roles = ['ADMIN', 'SERVICE'] as const;

/** The same endpoints on every app that consumes events, over its own table. */
export const deadLettersApi = (app: AppName) =>
  defineApi(app, '/internal/v1', {
    listDeadLetters: { method: 'GET', path: '/dead-letters', summary: 'Events that could not be handled, newest first', query: z.strictObject(pageQuery), returns: pageOf(DeadLetter), roles },
    getDeadLetter: { method: 'GET', path: '/dead-letters/:id', summary: 'One dead letter with its event', params: byId, returns: DeadLetterDetail, roles },
    replayDeadLetter: { method: 'POST', path: '/dead-letters/:id/replay', summary: 'Hand the event to its consumer once more', params: byId, returns: z.object({ handled: z.boolean(), error: z.string().nullable() }), status: 200, roles },
    discardDeadLetter: { method: 'DELETE', path: '/dead-letters/:id', summary: 'Forget a dead letter', params: byId, roles },
  });
