import { z } from 'zod';
import { discoveryServiceApi } from '../discovery/discovery-service.api.js';
import { defineApi } from '../kernel/endpoint.js';
import { mediaServiceApi } from '../media/media-service.api.js';

const discovery = discoveryServiceApi.endpoints;
const roles = ['PUBLIC'] as const;

export const discoveryGatewayApi = defineApi('discovery-gateway', '/api/v1/discovery', {
  search: { ...discovery.search, roles, limit: 'search' },
  suggest: { ...discovery.suggest, roles, limit: 'search' },
  listPrograms: { ...discovery.listPrograms, roles, limit: 'read' },
  getProgram: { ...discovery.getProgram, roles, limit: 'read' },
  listEpisodes: { ...discovery.listEpisodes, roles, limit: 'read' },
  getEpisode: { ...discovery.getEpisode, roles, limit: 'read' },
  listCategories: { ...discovery.listCategories, roles, limit: 'read' },
});

/** Immutable URLs of public files. */
export const discoveryMediaApi = defineApi('discovery-gateway', '/media', {
  readFile: {
    ...mediaServiceApi.endpoints.readFile,
    path: '/:assetId/:file',
    // Not strictObject: public endpoints ignore unknown query parameters.
    query: z.object({}),
    roles,
    limit: 'read',
  },
});

export const discoveryGatewayApis = [discoveryGatewayApi, discoveryMediaApi] as const;
