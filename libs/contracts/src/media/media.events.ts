import { z } from 'zod';
import { defineEvent } from '../kernel/event.js';
import { PublicFile } from '../content/public-document.js';

const topic = 'media.events';

/** The bytes are stored and checked; `owners` are the items that have claimed the asset. */
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
