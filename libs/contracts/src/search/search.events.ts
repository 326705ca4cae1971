import { z } from 'zod';
import { defineEvent } from '../kernel/event.js';

/** Somebody wants the search index built anew; one instance of search-service takes it up. */
export const searchIndexRequested = defineEvent('search.index.requested', {
  version: 1,
  topic: 'search.events',
  payload: z.object({ id: z.string(), requestedBy: z.string() }),
  subject: (payload) => payload.id,
});
