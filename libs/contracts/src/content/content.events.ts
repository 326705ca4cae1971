import { z } from 'zod';
import { defineEvent } from '../kernel/event.js';
import { PublicDocument, Tombstone } from './public-document.js';

const topic = 'content.events';
const DocumentPayload = z.object({ document: PublicDocument });
const ItemPayload = z.object({ id: z.string(), kind: z.enum(['program', 'episode']), programId: z.string() });

const ofDocument = {
  version: 1,
  topic,
  payload: DocumentPayload,
  subject: (payload: z.output<typeof DocumentPayload>) => payload.document.id,
  partitionKey: ({ document }: z.output<typeof DocumentPayload>) =>
    document.kind === 'episode' ? document.programId : document.id,
} as const;
const ofItem = {
  version: 1,
  topic,
  payload: ItemPayload,
  subject: (payload: z.output<typeof ItemPayload>) => payload.id,
  partitionKey: (payload: z.output<typeof ItemPayload>) => payload.programId,
} as const;

export const contentCreated = defineEvent('content.created', ofItem);
/** The item became public. */
export const contentPublished = defineEvent('content.published', ofDocument);
/** The public document changed. */
export const contentUpdated = defineEvent('content.updated', ofDocument);
export const contentUnpublished = defineEvent('content.unpublished', {
  version: 1,
  topic,
  payload: Tombstone,
  subject: (payload) => payload.id,
  partitionKey: (payload) => payload.programId,
});
/** The item was purged. */
export const contentDeleted = defineEvent('content.deleted', ofItem);
