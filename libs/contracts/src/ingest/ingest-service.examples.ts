import type { z } from 'zod';
import { at, ids, pageWith } from '../kernel/world.examples.js';
import type { ImportItem, ImportRun } from './import-run.js';
import type { CreateSource, Source } from './source.js';

const feed: z.input<typeof CreateSource> = {
  kind: 'rss',
  url: 'https://example.org/coffee-cup/feed.xml',
  name: 'فنجان القهوة',
  publish: 'when_ready',
};
const source: Source = {
  id: ids.source,
  kind: 'rss',
  url: 'https://example.org/coffee-cup/feed.xml',
  name: 'فنجان القهوة',
  programId: ids.program,
  publish: 'when_ready',
  version: 1,
  lastRunId: ids.run,
  createdAt: at.made,
  updatedAt: at.made,
  createdBy: ids.editor,
};
const fresh: Source = { ...source, programId: null, lastRunId: null };
const completed: ImportRun = {
  id: ids.run,
  sourceId: ids.source,
  status: 'completed',
  counts: { new: 12, changed: 2, unchanged: 85, duplicate: 1, failed: 0 },
  total: 100,
  published: 14,
  programId: ids.program,
  codes: ['feed.description_cut'],
  error: null,
  createdAt: at.published,
  startedAt: at.published,
  finishedAt: at.imported,
};
const nothingYet = { new: 0, changed: 0, unchanged: 0, duplicate: 0, failed: 0 };
const queued: ImportRun = {
  ...completed,
  status: 'queued',
  counts: nothingYet,
  total: null,
  published: 0,
  codes: [],
  startedAt: null,
  finishedAt: null,
};
const failed: ImportRun = {
  ...queued,
  status: 'failed',
  error: { code: 'feed.unreachable', detail: 'The server could not be reached' },
  startedAt: at.published,
  finishedAt: at.imported,
};
const items: ImportItem[] = [
  {
    position: 0,
    key: 'https://example.org/coffee-cup/1',
    title: 'من اليمن إلى العالم',
    outcome: 'new',
    episodeId: ids.episode,
    published: true,
    codes: [],
  },
  {
    position: 1,
    key: 'https://example.org/coffee-cup/2',
    title: 'From Yemen to the world',
    outcome: 'duplicate',
    episodeId: null,
    published: false,
    codes: ['item.duplicate'],
  },
];
const ofSource = { params: { id: ids.source } };
const ofRun = { params: { id: ids.run } };

export const ingestServiceExamples = {
  listSources: {
    بالاسم: { query: { name: 'فنجان القهوة' }, answer: pageWith(source) },
    'By name': { query: { name: 'The Coffee Cup' }, answer: pageWith({ ...source, name: 'The Coffee Cup' }) },
  },
  createSource: {
    'A feed at an address': { body: feed, answer: fresh },
    'Feeds that are sent': {
      body: { kind: 'rss', name: 'The Coffee Cup' },
      answer: { ...fresh, url: null, name: 'The Coffee Cup', publish: 'draft' },
    },
  },
  getSource: { 'A feed': { ...ofSource, answer: source } },
  deleteSource: { 'A feed': { ...ofSource, ifMatch: 1 } },
  startRun: { 'Publish what is ready': { ...ofSource, query: { publish: 'when_ready' }, answer: queued } },
  listRuns: { 'Of a source': { query: { sourceId: ids.source }, answer: pageWith(completed) } },
  getRun: { Completed: { ...ofRun, answer: completed }, Failed: { ...ofRun, answer: failed } },
  listRunItems: {
    'New episodes': { ...ofRun, query: { outcome: 'new' }, answer: { items: items.slice(0, 1), next: null } },
    Duplicates: { ...ofRun, query: { outcome: 'duplicate' }, answer: { items: items.slice(1), next: null } },
  },
} as const;
