import { z } from 'zod';
import { defineEvent } from '../kernel/event.js';
import { PublicFile } from '../content/public-document.js';

const topic = 'media.events';

/** The bytes are there and were checked; `owners` are the items that claimed it so far. */
export const assetReady = defineEvent('media.asset.ready', {
  version: 1,
  topic,
  payload: z.object({ assetId: z.string(), owners: z.array(z.string()), file: PublicFile }),
  subject: (payload) => payload.assetId,
});
export const assetRejected = defineEvent('media.asset.rejected', {
  version: 1,
  topic,
  payload: z.object({ assetId: z.string(), reason: z.string() }),
  subject: (payload) => payload.assetId,
});
