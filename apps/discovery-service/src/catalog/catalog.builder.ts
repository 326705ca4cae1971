import { randomUUIDv7 } from 'node:crypto';
import type { PublicEpisode, PublicProgram, Tombstone } from '@mediamesh/contracts';

/** A text in one language, for documents of tests. */
export const localize = (title: string, slug = title.toLowerCase().replaceAll(' ', '-')) => ({
  title,
  slug,
  description: `<p>${title}</p>`,
  summary: title,
});

const shared = () => ({
  revision: 1,
  type: 'podcast' as const,
  category: 'society',
  defaultLanguage: 'ar',
  formerSlugs: [],
  tags: ['حوار'],
  people: [{ name: 'عبد الرحمن', role: 'host' }],
  explicit: false,
  cover: null,
  link: null,
  releasedAt: '2026-01-01T00:00:00.000Z',
  publishedAt: '2026-01-02T00:00:00.000Z',
  updatedAt: '2026-01-02T00:00:00.000Z',
});

/** A valid public program for tests. */
export const createProgram = (changes: Partial<PublicProgram> = {}): PublicProgram => {
  const id = changes.id ?? randomUUIDv7();
  return {
    kind: 'program',
    ...shared(),
    id,
    localizations: { ar: localize('فنجان', `فنجان-${id}`), en: localize('Finjan', `finjan-${id}`) },
    order: 'newest_first',
    ...changes,
  };
};

/** A valid public episode for tests. */
export const createEpisode = (programId: string, changes: Partial<PublicEpisode> = {}): PublicEpisode => ({
  kind: 'episode',
  ...shared(),
  id: randomUUIDv7(),
  programId,
  localizations: { ar: localize('الحلقة') },
  episodeKind: 'full',
  season: null,
  number: null,
  durationSeconds: 60,
  media: null,
  enclosure: { url: 'https://example.org/a.mp3', type: 'audio/mpeg', length: 1234 },
  ...changes,
});

/** What stays of a document after it was withdrawn. */
export const bury = (document: PublicProgram | PublicEpisode, revision = document.revision + 1): Tombstone => ({
  id: document.id,
  kind: document.kind,
  programId: document.kind === 'episode' ? document.programId : document.id,
  revision,
});
