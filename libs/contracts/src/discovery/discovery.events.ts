import { z } from 'zod';
import { defineEvent } from '../kernel/event.js';

/** The catalogue changed: caches drop the answers with one of these tags (`program:<id>`, `list:<category>`). */
export const catalogueChanged = defineEvent('discovery.catalogue_changed', {
  version: 1,
  topic: 'discovery.events',
  payload: z.object({ id: z.string(), kind: z.enum(['program', 'episode', 'categories']), tags: z.array(z.string()) }),
  subject: (payload) => payload.id,
});
