import { z } from 'zod';
import { codesOf } from '../errors/messages.js';
import { defineApi } from '../kernel/endpoint.js';
import { Id } from '../kernel/fields.js';
import { editors } from '../kernel/roles.js';
import { ImportRun, ItemPage, ItemQuery, RunPage, RunQuery } from './import-run.js';
import { CreateSource, Source, SourcePage, SourceQuery, StartRunQuery } from './source.js';
import { ingestServiceExamples } from './ingest-service.examples.js';

const byId = z.object({ id: Id });

/** The largest feed, fetched or uploaded: 10 MiB. */
export const maximumFeedBytes = 10 * 1024 * 1024;

const noSource = { notFound: ['source.not_found'] } as const;
const noRun = { notFound: ['run.not_found'] } as const;
/** Notes on a feed and reasons of failure. */
const failures = codesOf('feed', 'run', 'source', 'program');
/** Notes on an item. */
const notes = [
  ...(['episode.number_taken', 'episode.media_and_enclosure'] as const),
  ...codesOf('item', 'readiness', 'category', 'field', 'text', 'language', 'date'),
];

export const ingestServiceApi = defineApi('ingest-service', '/internal/v1', ingestServiceExamples, {
  listSources: {
    method: 'GET',
    path: '/sources',
    summary: 'List sources',
    tag: 'Sources',
    query: SourceQuery,
    returns: SourcePage,
    roles: editors,
  },
  createSource: {
    method: 'POST',
    path: '/sources',
    summary: 'Add a source',
    tag: 'Sources',
    errors: { conflict: ['source.url_taken'], fields: ['source.url_not_allowed', 'program.not_found'] },
    body: CreateSource,
    returns: Source,
    status: 201,
    location: '/sources/:id',
    roles: editors,
    etag: true,
  },
  getSource: {
    method: 'GET',
    path: '/sources/:id',
    summary: 'Read a source',
    tag: 'Sources',
    errors: noSource,
    params: byId,
    returns: Source,
    roles: editors,
    etag: true,
  },
  deleteSource: {
    method: 'DELETE',
    path: '/sources/:id',
    summary: 'Remove a source; what it imported stays',
    tag: 'Sources',
    errors: { ...noSource, conflict: ['run.already_running'] },
    params: byId,
    roles: editors,
    ifMatch: true,
  },
  startRun: {
    method: 'POST',
    path: '/sources/:id/runs',
    summary: 'Start a run; the body may be the feed itself (at most 10 MiB)',
    tag: 'Runs',
    errors: { ...noSource, conflict: ['run.already_running'], invalid: ['source.has_no_url'] },
    params: byId,
    query: StartRunQuery,
    returns: ImportRun,
    status: 202,
    location: '/runs/:id',
    roles: editors,
    bytes: 'in',
    mediaTypes: ['application/rss+xml', 'application/atom+xml', 'application/xml'],
  },
  listRuns: {
    method: 'GET',
    path: '/runs',
    summary: 'List runs, newest first',
    tag: 'Runs',
    errors: { inAnswer: failures },
    query: RunQuery,
    returns: RunPage,
    roles: editors,
  },
  getRun: {
    method: 'GET',
    path: '/runs/:id',
    summary: 'Read a run',
    tag: 'Runs',
    errors: { ...noRun, inAnswer: failures },
    params: byId,
    returns: ImportRun,
    roles: editors,
  },
  listRunItems: {
    method: 'GET',
    path: '/runs/:id/items',
    summary: 'What became of each item, in the order of the feed',
    tag: 'Runs',
    errors: { ...noRun, inAnswer: notes },
    params: byId,
    query: ItemQuery,
    returns: ItemPage,
    roles: editors,
  },
});
