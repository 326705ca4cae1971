import { z } from 'zod';
import { defineEvent } from '../kernel/event.js';

/** Requests a new search index; one instance of search-service builds it. */
export const searchIndexRequested = defineEvent('search.index.requested', {
  version: 1,
  topic: 'search.events',
  payload: z.object({ id: z.string(), requestedBy: z.string() }),
  subject: (payload) => payload.id,
});
