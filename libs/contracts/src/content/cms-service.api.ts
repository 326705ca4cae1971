import { z } from 'zod';
import { defineApi } from '../kernel/endpoint.js';
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

const byId = z.object({ id: Id });
const action = { body: LanguagesBody, bodyOptional: true, roles: editors, etag: true, ifMatch: true } as const;

export const PublicDocuments = z.object({
  items: z.array(z.union([z.object({ document: PublicDocument }), z.object({ tombstone: Tombstone })])),
  /** The id to go on after, `null` at the end. */
  next: z.string().nullable(),
});

/** Where a page of everything public begins, and how many it has at the most. */
const publicPage = z.strictObject({ after: Id.optional(), limit: queryInteger(1, 500).default(200) });

/** What a page of announcing again has announced. */
export const Announcement = z.object({
  announced: z.int(),
  /** The id to go on after, `null` at the end. */
  next: z.string().nullable(),
});
export type Announcement = z.output<typeof Announcement>;

export const PublicDocumentCount = z.object({ documents: z.int(), tombstones: z.int() });

/** Programs and episodes, for editors (through the CMS gateway), imports and rebuilds. */
export const cmsServiceApi = defineApi('cms-service', '/internal/v1', {
  listPrograms: {
    method: 'GET',
    path: '/programs',
    summary: 'List programs',
    query: ProgramQuery,
    returns: ProgramPage,
    roles: editors,
  },
  createProgram: {
    method: 'POST',
    path: '/programs',
    summary: 'Create a draft program',
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
    params: byId,
    returns: Program,
    roles: editors,
    etag: true,
  },
  patchProgram: {
    method: 'PATCH',
    path: '/programs/:id',
    summary: 'Change a program',
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
    params: byId,
    roles: editors,
    ifMatch: true,
  },
  publishProgram: {
    method: 'POST',
    path: '/programs/:id/publish',
    summary: 'Publish the working version',
    params: byId,
    ...action,
    returns: Program,
  },
  unpublishProgram: {
    method: 'POST',
    path: '/programs/:id/unpublish',
    summary: 'Withdraw a program from the public',
    params: byId,
    ...action,
    returns: Program,
  },
  programReadiness: {
    method: 'GET',
    path: '/programs/:id/readiness',
    summary: 'What is missing before publishing',
    params: byId,
    returns: Readiness,
    roles: editors,
  },

  listEpisodes: {
    method: 'GET',
    path: '/programs/:id/episodes',
    summary: 'List the episodes of a program',
    params: byId,
    query: EpisodeQuery,
    returns: EpisodePage,
    roles: editors,
  },
  createEpisode: {
    method: 'POST',
    path: '/programs/:id/episodes',
    summary: 'Create a draft episode',
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
    params: byId,
    returns: Episode,
    roles: editors,
    etag: true,
  },
  patchEpisode: {
    method: 'PATCH',
    path: '/episodes/:id',
    summary: 'Change an episode',
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
    params: byId,
    roles: editors,
    ifMatch: true,
  },
  publishEpisode: {
    method: 'POST',
    path: '/episodes/:id/publish',
    summary: 'Publish the working version',
    params: byId,
    ...action,
    returns: Episode,
  },
  unpublishEpisode: {
    method: 'POST',
    path: '/episodes/:id/unpublish',
    summary: 'Withdraw an episode from the public',
    params: byId,
    ...action,
    returns: Episode,
  },
  episodeReadiness: {
    method: 'GET',
    path: '/episodes/:id/readiness',
    summary: 'What is missing before publishing',
    params: byId,
    returns: Readiness,
    roles: editors,
  },

  importProgram: {
    method: 'PUT',
    path: '/imports/:id/program',
    summary: 'Upsert the program of a source',
    params: byId,
    body: ImportProgram,
    returns: ImportedProgram,
    roles: ['SERVICE'],
  },
  importEpisodes: {
    method: 'PUT',
    path: '/imports/:id/episodes',
    summary: 'Upsert a batch of episodes of a source',
    params: byId,
    body: ImportEpisodes,
    returns: ImportedEpisodes,
    roles: ['SERVICE'],
  },
  importCovers: {
    method: 'PUT',
    path: '/imports/:id/covers',
    summary: 'Set the covers of items of a source',
    params: byId,
    body: ImportCovers,
    roles: ['SERVICE'],
  },

  listPublicDocuments: {
    method: 'GET',
    path: '/public-documents',
    summary: 'Every public document and tombstone, by id; a page ends early where its documents are large',
    query: publicPage,
    returns: PublicDocuments,
    roles: ['SERVICE'],
  },
  countPublicDocuments: {
    method: 'GET',
    path: '/public-documents/count',
    summary: 'How many documents are public, and how many tombstones there are',
    returns: PublicDocumentCount,
    roles: ['SERVICE'],
  },
  announcePublicDocuments: {
    method: 'POST',
    path: '/announcements',
    summary:
      'Announce public documents and tombstones again, by id and with the revisions they have, for who has lost them',
    query: publicPage,
    returns: Announcement,
    roles: ['ADMIN', 'SERVICE'],
    idempotent: true,
  },
  unreferencedVersions: {
    method: 'POST',
    path: '/versions/unreferenced',
    summary: 'Which of these versions no program or episode ever pointed at',
    safe: true,
    body: z.strictObject({ ids: z.array(Id).min(1).max(1000) }),
    returns: z.object({ ids: z.array(z.string()) }),
    roles: ['SERVICE'],
  },
});
