import type {
  ContentStatus,
  Episode,
  EpisodeContent,
  Language,
  Origin,
  Program,
  ProgramContent,
  ProgramType,
} from '@mediamesh/contracts';
import { fold } from '@mediamesh/text';
import { shownOrigin } from './origin.js';

export type Kind = 'program' | 'episode';
export type Content = ProgramContent | EpisodeContent;

/** The version of one language that is public, and the slug it is public under. */
export interface LiveLanguage {
  readonly versionId: string;
  readonly slug: string;
}

export interface FormerSlug {
  readonly slug: string;
  readonly language: Language;
}

/** The slug of the working version in one language; `chosen` by an editor, else it follows the title. */
export interface WorkingSlug {
  readonly slug: string;
  readonly chosen: boolean;
}

/**
 * A program or an episode as a row: identity, state, slugs, and copies of the few fields it is listed and kept unique
 * by.
 */
export interface Item {
  readonly id: string;
  readonly kind: Kind;
  /** The program's own id, or the episode's program. */
  readonly programId: string;
  readonly version: number;
  readonly workingVersionId: string;
  readonly publishedVersionId: string | null;
  readonly live: Readonly<Record<Language, LiveLanguage>>;
  readonly formerSlugs: readonly FormerSlug[];
  readonly slugs: Readonly<Record<Language, WorkingSlug>>;
  readonly origin: Readonly<Record<string, Origin>>;
  readonly status: ContentStatus;
  readonly type: ProgramType | null;
  readonly category: string | null;
  readonly languages: readonly Language[];
  readonly titleKey: string;
  readonly season: number | null;
  readonly number: string | null;
  readonly episodeKind: string | null;
  readonly originSourceId: string | null;
  readonly originKey: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly publishedAt: Date | null;
  readonly createdBy: string | null;
}

/** The fields of a row that copy its content. */
export const copiedFields = (
  content: Content,
): Pick<Item, 'type' | 'category' | 'languages' | 'titleKey' | 'season' | 'number' | 'episodeKind'> => ({
  type: 'type' in content ? content.type : null,
  category: 'category' in content ? (content.category ?? null) : null,
  languages: Object.keys(content.localizations),
  titleKey: fold(
    Object.values(content.localizations)
      .map(({ title }) => title ?? '')
      .join('\n'),
  ),
  season: 'season' in content ? (content.season ?? null) : null,
  number: 'number' in content ? (content.number ?? null) : null,
  episodeKind: 'kind' in content ? content.kind : null,
});

export interface NewItem {
  readonly id: string;
  readonly kind: Kind;
  readonly programId: string;
  readonly versionId: string;
  readonly content: Content;
  readonly slugs: Item['slugs'];
  readonly origin: Item['origin'];
  readonly source?: { readonly id: string; readonly key: string };
  readonly createdBy: string | null;
  readonly now: Date;
}

/** A draft: nothing of it is public. */
export const draft = ({
  id,
  kind,
  programId,
  versionId,
  content,
  slugs,
  origin,
  source,
  createdBy,
  now,
}: NewItem): Item => ({
  id,
  kind,
  programId,
  version: 1,
  workingVersionId: versionId,
  publishedVersionId: null,
  live: {},
  formerSlugs: [],
  slugs,
  origin,
  status: 'draft',
  ...copiedFields(content),
  originSourceId: source?.id ?? null,
  originKey: source?.key ?? null,
  createdAt: now,
  updatedAt: now,
  publishedAt: null,
  createdBy,
});

/** The item with another working version. */
export const revise = (
  item: Item,
  change: { versionId: string; content: Content; slugs: Item['slugs']; origin: Item['origin']; now: Date },
): Item => ({
  ...item,
  version: item.version + 1,
  workingVersionId: change.versionId,
  slugs: change.slugs,
  origin: change.origin,
  ...copiedFields(change.content),
  updatedAt: change.now,
});

/** Whether the working version differs from what is live, in its texts or in its languages. */
export function hasUnpublishedChanges({ live, languages, workingVersionId }: Item): boolean {
  return (
    Object.keys(live).length !== languages.length ||
    languages.some((language) => live[language]?.versionId !== workingVersionId)
  );
}

function shared(item: Item, content: Content) {
  const { defaultLanguage, tags, explicit, people, coverAssetId, releasedAt, link } = content;
  const localizations = Object.fromEntries(
    Object.entries(content.localizations).map(([language, { title, description }]) => [
      language,
      { title, description, slug: item.slugs[language]?.slug, live: item.live[language] !== undefined },
    ]),
  );
  return {
    id: item.id,
    status: item.status,
    hasUnpublishedChanges: hasUnpublishedChanges(item),
    origin: shownOrigin(item.origin),
    version: item.version,
    createdAt: item.createdAt.toISOString(),
    updatedAt: item.updatedAt.toISOString(),
    publishedAt: item.publishedAt?.toISOString() ?? null,
    createdBy: item.createdBy,
    defaultLanguage,
    localizations,
    tags,
    explicit,
    people,
    coverAssetId: coverAssetId ?? null,
    releasedAt: releasedAt ?? item.publishedAt?.toISOString() ?? null,
    link: link ?? null,
  };
}

/** A program as editors see it. */
export const viewProgram = (item: Item, content: ProgramContent): Program => ({
  ...shared(item, content),
  type: content.type,
  category: content.category ?? null,
  order: content.order,
});

/** An episode as editors see it. */
export const viewEpisode = (item: Item, content: EpisodeContent): Episode => ({
  ...shared(item, content),
  programId: item.programId,
  season: content.season ?? null,
  number: content.number ?? null,
  kind: content.kind,
  durationSeconds: content.durationSeconds ?? null,
  media: content.media ?? null,
  enclosure: content.enclosure ?? null,
});
