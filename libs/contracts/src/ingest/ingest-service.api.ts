import { z } from 'zod';
import { defineApi } from '../kernel/endpoint.js';
import { Id } from '../kernel/fields.js';
import { editors } from '../kernel/roles.js';
import { ImportRun, ItemPage, ItemQuery, RunPage, RunQuery } from './import-run.js';
import { CreateSource, Source, SourcePage, SourceQuery, StartRunQuery } from './source.js';

const byId = z.object({ id: Id });

/** 10 MB: the largest feed, fetched or sent. */
export const maximumFeedBytes = 10 * 1024 * 1024;

export const ingestServiceApi = defineApi('ingest-service', '/internal/v1', {
  listSources: {
    method: 'GET',
    path: '/sources',
    summary: 'List sources',
    query: SourceQuery,
    returns: SourcePage,
    roles: editors,
  },
  createSource: {
    method: 'POST',
    path: '/sources',
    summary: 'Add a source',
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
    params: byId,
    returns: Source,
    roles: editors,
    etag: true,
  },
  deleteSource: {
    method: 'DELETE',
    path: '/sources/:id',
    summary: 'Remove a source; what it imported stays',
    params: byId,
    roles: editors,
    ifMatch: true,
  },
  startRun: {
    method: 'POST',
    path: '/sources/:id/runs',
    summary: 'Start a run; the body may be the feed itself (at most 10 MB)',
    params: byId,
    query: StartRunQuery,
    returns: ImportRun,
    status: 202,
    location: '/runs/:id',
    roles: editors,
    bytes: 'in',
  },
  listRuns: {
    method: 'GET',
    path: '/runs',
    summary: 'List runs, newest first',
    query: RunQuery,
    returns: RunPage,
    roles: editors,
  },
  getRun: { method: 'GET', path: '/runs/:id', summary: 'Read a run', params: byId, returns: ImportRun, roles: editors },
  listRunItems: {
    method: 'GET',
    path: '/runs/:id/items',
    summary: 'What became of each item, in the order of the feed',
    params: byId,
    query: ItemQuery,
    returns: ItemPage,
    roles: editors,
  },
});
