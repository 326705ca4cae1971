import { z } from 'zod';
import { codesOf } from '../errors/messages.js';
import { defineApi } from '../kernel/endpoint.js';
import { Id } from '../kernel/fields.js';
import { editors } from '../kernel/roles.js';
import { Categories } from './category.js';
import { maximumVersionBatch, MetadataVersion, PutVersions, PutVersionsResult } from './version.js';
import { metadataServiceExamples } from './metadata-service.examples.js';

export const metadataServiceApi = defineApi('metadata-service', '/internal/v1', metadataServiceExamples, {
  putVersions: {
    method: 'PUT',
    path: '/versions',
    summary: 'Keep versions; the same id with the same content changes nothing',
    tag: 'Versions',
    errors: {
      conflict: ['version.exists'],
      inAnswer: [
        ...(['program.default_language_missing', 'episode.media_and_enclosure'] as const),
        ...codesOf('category', 'field', 'text', 'language', 'date', 'id'),
      ],
    },
    body: PutVersions,
    returns: PutVersionsResult,
    roles: [...editors, 'SERVICE'],
  },
  readVersions: {
    method: 'POST',
    path: '/versions/read',
    summary: 'Read versions; unknown ids are left out',
    tag: 'Versions',
    safe: true,
    body: z.strictObject({ ids: z.array(Id).min(1).max(maximumVersionBatch) }),
    returns: z.object({ versions: z.array(MetadataVersion) }),
    roles: [...editors, 'SERVICE'],
  },
  announceVocabularies: {
    method: 'POST',
    path: '/announcements',
    summary: 'Announce the vocabularies again, with the versions they have, for who has lost them',
    tag: 'Operations',
    returns: z.object({ announced: z.int() }),
    roles: ['ADMIN', 'SERVICE'],
    idempotent: true,
  },
  listCategories: {
    method: 'GET',
    path: '/categories',
    summary: 'The categories in Arabic and English',
    tag: 'Categories',
    returns: Categories,
    etag: true,
    roles: [...editors, 'SERVICE'],
  },
});
