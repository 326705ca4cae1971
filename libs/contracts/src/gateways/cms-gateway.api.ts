import { z } from 'zod';
import { authServiceApi } from '../auth/auth-service.api.js';
import { cmsServiceApi } from '../content/cms-service.api.js';
import { ingestServiceApi } from '../ingest/ingest-service.api.js';
import { defineApi } from '../kernel/endpoint.js';
import { Id } from '../kernel/fields.js';
import { pageQuery } from '../kernel/page.js';
import { editors } from '../kernel/roles.js';
import { mediaServiceApi } from '../media/media-service.api.js';
import { metadataServiceApi } from '../metadata/metadata-service.api.js';
import { ConsumingApp, deadLettersApi } from '../operations/dead-letters.js';
import { deadLetterExamples } from '../operations/operations.examples.js';
import { searchServiceApi } from '../search/search-service.api.js';

const auth = authServiceApi.endpoints;
const cms = cmsServiceApi.endpoints;
const media = mediaServiceApi.endpoints;
const ingest = ingestServiceApi.endpoints;
const search = searchServiceApi.endpoints;
const letters = deadLettersApi('cms-service').endpoints;
const ofApp = z.object({ app: ConsumingApp, id: Id });

export const cmsAuthApi = defineApi('cms-gateway', '/api/v1/auth', {
  login: { ...auth.login, path: '/login', limit: 'login' },
  me: { ...auth.me, path: '/me', roles: editors },
});

export const cmsGatewayApi = defineApi('cms-gateway', '/api/v1/cms', {
  listPrograms: { ...cms.listPrograms },
  createProgram: { ...cms.createProgram, limit: 'write' },
  getProgram: { ...cms.getProgram },
  patchProgram: { ...cms.patchProgram, limit: 'write' },
  deleteProgram: { ...cms.deleteProgram, limit: 'write' },
  publishProgram: { ...cms.publishProgram, limit: 'write' },
  unpublishProgram: { ...cms.unpublishProgram, limit: 'write' },
  programReadiness: { ...cms.programReadiness },
  listEpisodes: { ...cms.listEpisodes },
  createEpisode: { ...cms.createEpisode, limit: 'write' },
  getEpisode: { ...cms.getEpisode },
  patchEpisode: { ...cms.patchEpisode, limit: 'write' },
  deleteEpisode: { ...cms.deleteEpisode, limit: 'write' },
  publishEpisode: { ...cms.publishEpisode, limit: 'write' },
  unpublishEpisode: { ...cms.unpublishEpisode, limit: 'write' },
  episodeReadiness: { ...cms.episodeReadiness },
});

export const cmsMetadataApi = defineApi('cms-gateway', '/api/v1/metadata', {
  listCategories: { ...metadataServiceApi.endpoints.listCategories, roles: editors },
});

export const cmsMediaApi = defineApi('cms-gateway', '/api/v1/media', {
  listAssets: { ...media.listAssets },
  declareAsset: { ...media.declareAsset, limit: 'write' },
  getAsset: { ...media.getAsset },
  completeAsset: { ...media.completeAsset, limit: 'write' },
  upload: { ...media.upload },
});

export const cmsIngestApi = defineApi('cms-gateway', '/api/v1/ingest', {
  listSources: { ...ingest.listSources },
  createSource: { ...ingest.createSource, limit: 'write' },
  getSource: { ...ingest.getSource },
  deleteSource: { ...ingest.deleteSource, limit: 'write' },
  startRun: { ...ingest.startRun, limit: 'write' },
  listRuns: { ...ingest.listRuns },
  getRun: { ...ingest.getRun },
  listRunItems: { ...ingest.listRunItems },
});

/** For operators. */
export const cmsOpsApi = defineApi('cms-gateway', '/api/v1/ops', deadLetterExamples({ app: 'search-service' }), {
  startReindex: { ...search.startReindex, path: '/reindex', roles: ['ADMIN'], limit: 'write' },
  listReindexes: { ...search.listReindexes, roles: ['ADMIN'] },
  getReindex: { ...search.getReindex, roles: ['ADMIN'] },
  listDeadLetters: {
    ...letters.listDeadLetters,
    query: z.strictObject({ ...pageQuery, app: ConsumingApp }),
    roles: ['ADMIN'],
  },
  getDeadLetter: { ...letters.getDeadLetter, path: '/dead-letters/:app/:id', params: ofApp, roles: ['ADMIN'] },
  replayDeadLetter: {
    ...letters.replayDeadLetter,
    path: '/dead-letters/:app/:id/replay',
    params: ofApp,
    roles: ['ADMIN'],
    limit: 'write',
  },
  discardDeadLetter: {
    ...letters.discardDeadLetter,
    path: '/dead-letters/:app/:id',
    params: ofApp,
    roles: ['ADMIN'],
    limit: 'write',
  },
});

export const cmsGatewayApis = [
  cmsAuthApi,
  cmsGatewayApi,
  cmsMetadataApi,
  cmsMediaApi,
  cmsIngestApi,
  cmsOpsApi,
] as const;
