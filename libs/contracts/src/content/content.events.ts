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

/** A draft exists. */
export const contentCreated = defineEvent('content.created', ofItem);
/** It became public; carries the whole document. */
export const contentPublished = defineEvent('content.published', ofDocument);
/** What is public changed; carries the whole document. */
export const contentUpdated = defineEvent('content.updated', ofDocument);
/** It is public no more. */
export const contentUnpublished = defineEvent('content.unpublished', {
  version: 1,
  topic,
  payload: Tombstone,
  subject: (payload) => payload.id,
  partitionKey: (payload) => payload.programId,
});
/** It was purged for good. */
export const contentDeleted = defineEvent('content.deleted', ofItem);
