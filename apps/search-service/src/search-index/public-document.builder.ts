import type { PublicDocument, PublicEpisode, PublicProgram, Tombstone } from '@mediamesh/contracts';

const day = '2026-03-01T00:00:00.000Z';

/** Titles by language, or title and description. */
export type Texts = Readonly<Record<string, string | readonly [title: string, description: string]>>;

function sharedFields(id: string, texts: Texts) {
  const localizations = Object.entries(texts).map(([language, text]) => {
    const [title, description] = typeof text === 'string' ? [text, ''] : text;
    return [language, { title, description, summary: '', slug: id }] as const;
  });
  return {
    id,
    revision: 1,
    type: 'podcast',
    category: null,
    defaultLanguage: localizations[0]?.[0] ?? 'ar',
    localizations: Object.fromEntries(localizations),
    formerSlugs: [],
    tags: [],
    people: [],
    explicit: false,
    cover: null,
    link: null,
    releasedAt: day,
    publishedAt: day,
    updatedAt: day,
  } as const;
}

/** A valid public program; `more` replaces any of its fields. */
export const buildProgram = (id: string, texts: Texts, more: Partial<PublicProgram> = {}): PublicDocument => ({
  kind: 'program',
  ...sharedFields(id, texts),
  formerSlugs: [],
  tags: [],
  people: [],
  order: 'newest_first',
  ...more,
});

export const buildEpisode = (id: string, texts: Texts, more: Partial<PublicEpisode> = {}): PublicDocument => ({
  kind: 'episode',
  ...sharedFields(id, texts),
  formerSlugs: [],
  tags: [],
  people: [],
  programId: 'program',
  episodeKind: 'full',
  season: null,
  number: null,
  durationSeconds: null,
  media: null,
  enclosure: null,
  ...more,
});

export const buildTombstone = (id: string, revision: number): Tombstone => ({
  id,
  kind: 'program',
  programId: id,
  revision,
});
