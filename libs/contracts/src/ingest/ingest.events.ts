import { z } from 'zod';
import { defineEvent } from '../kernel/event.js';
import { RunCounts } from './import-run.js';

const topic = 'ingest.events';
const run = { runId: z.string(), sourceId: z.string(), counts: RunCounts };

export const ingestCompleted = defineEvent('ingest.completed', {
  version: 1,
  topic,
  payload: z.object({ ...run, programId: z.string(), published: z.int() }),
  subject: (payload) => payload.runId,
  partitionKey: (payload) => payload.sourceId,
});
export const ingestFailed = defineEvent('ingest.failed', {
  version: 1,
  topic,
  payload: z.object({ ...run, error: z.object({ code: z.string(), detail: z.string() }) }),
  subject: (payload) => payload.runId,
  partitionKey: (payload) => payload.sourceId,
});
