import { z } from 'zod';
import { defineApi } from '../kernel/endpoint.js';
import { Id } from '../kernel/fields.js';
import { editors } from '../kernel/roles.js';
import { Categories } from './category.js';
import { maximumVersionBatch, MetadataVersion, PutVersions, PutVersionsResult } from './version.js';

export const metadataServiceApi = defineApi('metadata-service', '/internal/v1', {
  putVersions: { method: 'PUT', path: '/versions', summary: 'Keep versions; the same id with the same content changes nothing', body: PutVersions, returns: PutVersionsResult, roles: [...editors, 'SERVICE'] },
  readVersions: {
    method: 'POST', path: '/versions/read', summary: 'Read versions; unknown ids are left out', safe: true,
    body: z.strictObject({ ids: z.array(Id).min(1).max(maximumVersionBatch) }), returns: z.object({ versions: z.array(MetadataVersion) }), roles: [...editors, 'SERVICE'],
  },
  listCategories: { method: 'GET', path: '/categories', summary: 'The categories in Arabic and English', returns: Categories, etag: true, roles: [...editors, 'SERVICE'] },
});
