import { z } from 'zod';
import { codesOf } from '../errors/messages.js';
import { defineApi, type EndpointErrors } from '../kernel/endpoint.js';
import { Id, queryInteger } from '../kernel/fields.js';
import { editors } from '../kernel/roles.js';
import {
  CreateEpisode,
  CreateProgram,
  EpisodePage,
  EpisodeQuery,
  LanguagesBody,
  PatchEpisode,
  PatchProgram,
  ProgramPage,
  ProgramQuery,
  Readiness,
} from './edit.js';
import { Episode } from './episode.js';
import { ImportCovers, ImportedEpisodes, ImportedProgram, ImportEpisodes, ImportProgram } from './import.js';
import { Program } from './program.js';
import { PublicDocument, Tombstone } from './public-document.js';
import { cmsServiceExamples } from './cms-service.examples.js';

const byId = z.object({ id: Id });
const action = { body: LanguagesBody, bodyOptional: true, roles: editors, etag: true, ifMatch: true } as const;

const PublicDocuments = z.object({
  items: z.array(z.union([z.object({ document: PublicDocument }), z.object({ tombstone: Tombstone })])),
  /** The id to continue after; `null` at the end. */
  next: z.string().nullable(),
});

const publicPage = z.strictObject({ after: Id.optional(), limit: queryInteger(1, 500).default(200) });

export const Announcement = z.object({
  announced: z.int(),
  /** The id to continue after; `null` at the end. */
  next: z.string().nullable(),
});
export type Announcement = z.output<typeof Announcement>;

const PublicDocumentCount = z.object({ documents: z.int(), tombstones: z.int() });

const noProgram = { notFound: ['program.not_found'] } as const;
const noEpisode = { notFound: ['episode.not_found', 'program.not_found'] } as const;

/** Errors of a change of content, besides those of its shape. */
const ofContent = ({ conflict = [], fields = [], ...rest }: EndpointErrors = {}): EndpointErrors => ({
  ...rest,
  conflict: ['slug.taken', ...conflict],
  reasons: ['slug.taken', ...conflict],
  unavailable: ['request.busy'],
  fields: [
    'category.unknown',
    'field.duplicate',
    'slug.malformed',
    'slug.reserved',
    'asset.not_found',
    'asset.kind_mismatch',
    ...fields,
  ],
});
const ofPublishing = (rest: EndpointErrors): EndpointErrors => ({
  ...rest,
  tooLarge: ['item.too_large_to_publish'],
  unavailable: ['request.busy'],
});
/** Only for publishing, which checks the working version; unpublishing needs none of it. */
const unready = { fields: ['program.language_missing'], reasons: codesOf('readiness') } as const;
const ofImport = (rest: EndpointErrors = {}): EndpointErrors =>
  ofContent({ ...noProgram, tooLarge: ['item.too_large_to_publish'], ...rest });

/** Programs and episodes, for editors (through the CMS gateway), imports and rebuilds. */
export const cmsServiceApi = defineApi('cms-service', '/internal/v1', cmsServiceExamples, {
  listPrograms: {
    method: 'GET',
    path: '/programs',
    summary: 'List programs',
    tag: 'Programs',
    query: ProgramQuery,
    returns: ProgramPage,
    roles: editors,
  },
  createProgram: {
    method: 'POST',
    path: '/programs',
    summary: 'Create a draft program',
    tag: 'Programs',
    errors: ofContent(),
    body: CreateProgram,
    returns: Program,
    status: 201,
    location: '/programs/:id',
    roles: editors,
    etag: true,
  },
  getProgram: {
    method: 'GET',
    path: '/programs/:id',
    summary: 'Read a program',
    tag: 'Programs',
    errors: noProgram,
    params: byId,
    returns: Program,
    roles: editors,
    etag: true,
  },
  patchProgram: {
    method: 'PATCH',
    path: '/programs/:id',
    summary: 'Change a program',
    tag: 'Programs',
    errors: ofContent({ ...noProgram, fields: ['program.default_language_missing', 'field.required'] }),
    params: byId,
    body: PatchProgram,
    returns: Program,
    roles: editors,
    etag: true,
    ifMatch: true,
  },
  deleteProgram: {
    method: 'DELETE',
    path: '/programs/:id',
    summary: 'Withdraw a program and move it to the trash',
    tag: 'Programs',
    errors: noProgram,
    params: byId,
    roles: editors,
    ifMatch: true,
  },
  publishProgram: {
    method: 'POST',
    path: '/programs/:id/publish',
    summary: 'Publish the working version',
    tag: 'Programs',
    errors: ofPublishing({
      ...noProgram,
      conflict: ['program.nothing_to_publish', 'program.not_ready'],
      ...unready,
    }),
    params: byId,
    ...action,
    returns: Program,
  },
  unpublishProgram: {
    method: 'POST',
    path: '/programs/:id/unpublish',
    summary: 'Withdraw a program from the public',
    tag: 'Programs',
    errors: ofPublishing({ ...noProgram, conflict: ['program.not_published'] }),
    params: byId,
    ...action,
    returns: Program,
  },
  programReadiness: {
    method: 'GET',
    path: '/programs/:id/readiness',
    summary: 'What is missing before publishing',
    tag: 'Programs',
    errors: { ...noProgram, inAnswer: codesOf('readiness') },
    params: byId,
    returns: Readiness,
    roles: editors,
  },

  listEpisodes: {
    method: 'GET',
    path: '/programs/:id/episodes',
    summary: 'List the episodes of a program',
    tag: 'Episodes',
    errors: noProgram,
    params: byId,
    query: EpisodeQuery,
    returns: EpisodePage,
    roles: editors,
  },
  createEpisode: {
    method: 'POST',
    path: '/programs/:id/episodes',
    summary: 'Create a draft episode',
    tag: 'Episodes',
    errors: ofContent({ ...noProgram, conflict: ['episode.number_taken'] }),
    params: byId,
    body: CreateEpisode,
    returns: Episode,
    status: 201,
    location: '/episodes/:id',
    roles: editors,
    etag: true,
  },
  getEpisode: {
    method: 'GET',
    path: '/episodes/:id',
    summary: 'Read an episode',
    tag: 'Episodes',
    errors: noEpisode,
    params: byId,
    returns: Episode,
    roles: editors,
    etag: true,
  },
  patchEpisode: {
    method: 'PATCH',
    path: '/episodes/:id',
    summary: 'Change an episode',
    tag: 'Episodes',
    errors: ofContent({
      ...noEpisode,
      conflict: ['episode.number_taken'],
      fields: ['episode.media_and_enclosure', 'program.default_language_missing', 'field.required'],
    }),
    params: byId,
    body: PatchEpisode,
    returns: Episode,
    roles: editors,
    etag: true,
    ifMatch: true,
  },
  deleteEpisode: {
    method: 'DELETE',
    path: '/episodes/:id',
    summary: 'Withdraw an episode and move it to the trash',
    tag: 'Episodes',
    errors: noEpisode,
    params: byId,
    roles: editors,
    ifMatch: true,
  },
  publishEpisode: {
    method: 'POST',
    path: '/episodes/:id/publish',
    summary: 'Publish the working version',
    tag: 'Episodes',
    errors: ofPublishing({
      ...noEpisode,
      conflict: ['episode.nothing_to_publish', 'episode.not_ready'],
      ...unready,
    }),
    params: byId,
    ...action,
    returns: Episode,
  },
  unpublishEpisode: {
    method: 'POST',
    path: '/episodes/:id/unpublish',
    summary: 'Withdraw an episode from the public',
    tag: 'Episodes',
    errors: ofPublishing({ ...noEpisode, conflict: ['episode.not_published'] }),
    params: byId,
    ...action,
    returns: Episode,
  },
  episodeReadiness: {
    method: 'GET',
    path: '/episodes/:id/readiness',
    summary: 'What is missing before publishing',
    tag: 'Episodes',
    errors: { ...noEpisode, inAnswer: codesOf('readiness') },
    params: byId,
    returns: Readiness,
    roles: editors,
  },

  importProgram: {
    method: 'PUT',
    path: '/imports/:id/program',
    summary: 'Upsert the program of a source',
    tag: 'Imports',
    errors: ofImport({ inAnswer: codesOf('readiness') }),
    params: byId,
    body: ImportProgram,
    returns: ImportedProgram,
    roles: ['SERVICE'],
  },
  importEpisodes: {
    method: 'PUT',
    path: '/imports/:id/episodes',
    summary: 'Upsert a batch of episodes of a source',
    tag: 'Imports',
    errors: {
      ...noProgram,
      tooLarge: ['item.too_large_to_publish'],
      unavailable: ['request.busy'],
      inAnswer: [
        ...(['item.in_trash', 'episode.number_taken', 'episode.media_and_enclosure'] as const),
        ...codesOf('readiness', 'category', 'field', 'text', 'language', 'date', 'id'),
      ],
    },
    params: byId,
    body: ImportEpisodes,
    returns: ImportedEpisodes,
    roles: ['SERVICE'],
  },
  importCovers: {
    method: 'PUT',
    path: '/imports/:id/covers',
    summary: 'Set the covers of items of a source',
    tag: 'Imports',
    errors: ofImport(),
    params: byId,
    body: ImportCovers,
    roles: ['SERVICE'],
  },

  listPublicDocuments: {
    method: 'GET',
    path: '/public-documents',
    summary: 'Every public document and tombstone, by id; a page ends early where its documents are large',
    tag: 'Public documents',
    query: publicPage,
    returns: PublicDocuments,
    roles: ['SERVICE'],
  },
  countPublicDocuments: {
    method: 'GET',
    path: '/public-documents/count',
    summary: 'How many documents are public, and how many tombstones there are',
    tag: 'Public documents',
    returns: PublicDocumentCount,
    roles: ['SERVICE'],
  },
  announcePublicDocuments: {
    method: 'POST',
    path: '/announcements',
    summary:
      'Announce public documents and tombstones again, by id and with the revisions they have, for who has lost them',
    tag: 'Operations',
    query: publicPage,
    returns: Announcement,
    roles: ['ADMIN', 'SERVICE'],
    idempotent: true,
  },
  unreferencedVersions: {
    method: 'POST',
    path: '/versions/unreferenced',
    summary: 'Which of these versions no program or episode ever pointed at',
    tag: 'Versions',
    safe: true,
    body: z.strictObject({ ids: z.array(Id).min(1).max(1000) }),
    returns: z.object({ ids: z.array(z.string()) }),
    roles: ['SERVICE'],
  },
});
