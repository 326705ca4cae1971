import {
  type ContentStatus,
  type Episode,
  type EpisodeContent,
  episodeFields,
  type EpisodeKind,
  type Language,
  type Origin,
  type Program,
  type ProgramContent,
  programFields,
  type ProgramType,
  readerOf,
} from '@mediamesh/contracts';
import { fold } from '@mediamesh/text';
import { shownOrigin } from './origin.js';

export type ItemKind = 'program' | 'episode';

type AnyVersion =
  | { readonly kind: 'program'; readonly content: ProgramContent }
  | { readonly kind: 'episode'; readonly content: EpisodeContent };

/**
 * The content of an item, discriminated by the item's kind. The kind of an episode (full, trailer, bonus) is a field of
 * its content; elsewhere it is called `episodeKind`.
 */
export type Version<K extends ItemKind = ItemKind> = Extract<AnyVersion, { readonly kind: K }>;

export type Content<K extends ItemKind = ItemKind> = Version<K>['content'];

/** An item with its working version. */
export type Draft<K extends ItemKind = ItemKind> = Version<K> & { readonly item: Item };

export const isOfKind = <K extends ItemKind>(version: Version, kind: K): version is Version<K> => version.kind === kind;

/** The public version of one language, and its slug. */
export interface LiveLanguage {
  readonly versionId: string;
  readonly slug: string;
}

export interface FormerSlug {
  readonly slug: string;
  readonly language: Language;
}

/** The slug of the working version in one language. Unless an editor chose it, it follows the title. */
export interface WorkingSlug {
  readonly slug: string;
  readonly chosen: boolean;
}

/** The row of a program or an episode, with copies of the fields needed for lists and unique constraints. */
export interface Item {
  readonly id: string;
  readonly kind: ItemKind;
  /** Of a program, its own id. */
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
  readonly episodeKind: EpisodeKind | null;
  readonly originSourceId: string | null;
  readonly originKey: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly publishedAt: Date | null;
  readonly createdBy: string | null;
}

type CopiedFields = Pick<Item, 'type' | 'category' | 'languages' | 'titleKey' | 'season' | 'number' | 'episodeKind'>;

function copiedFields({ kind, content }: Version): CopiedFields {
  const { localizations } = content;
  const titles = Object.values(localizations).map(({ title }) => title ?? '');
  const shared = { languages: Object.keys(localizations), titleKey: fold(titles.join('\n')) };
  if (kind === 'program') {
    const { type, category = null } = content;
    return { ...shared, type, category, season: null, number: null, episodeKind: null };
  }
  const { season = null, number = null, kind: episodeKind } = content;
  return { ...shared, type: null, category: null, season, number, episodeKind };
}

export interface NewItem {
  readonly id: string;
  readonly programId: string;
  readonly versionId: string;
  readonly version: Version;
  readonly slugs: Item['slugs'];
  readonly origin: Item['origin'];
  readonly source?: { readonly id: string; readonly key: string };
  readonly createdBy: string | null;
  readonly now: Date;
}

export const newItem = ({
  id,
  programId,
  versionId,
  version,
  slugs,
  origin,
  source,
  createdBy,
  now,
}: NewItem): Item => ({
  id,
  kind: version.kind,
  programId,
  version: 1,
  workingVersionId: versionId,
  publishedVersionId: null,
  live: {},
  formerSlugs: [],
  slugs,
  origin,
  status: 'draft',
  ...copiedFields(version),
  originSourceId: source?.id ?? null,
  originKey: source?.key ?? null,
  createdAt: now,
  updatedAt: now,
  publishedAt: null,
  createdBy,
});

export const moveVersion = (
  item: Item,
  change: { versionId: string; version: Version; slugs: Item['slugs']; origin: Item['origin']; now: Date },
): Item => ({
  ...item,
  version: item.version + 1,
  workingVersionId: change.versionId,
  slugs: change.slugs,
  origin: change.origin,
  ...copiedFields(change.version),
  updatedAt: change.now,
});

/** Whether the working version differs from what is live, in texts or in languages. */
export function hasUnpublishedChanges({ live, languages, workingVersionId }: Item): boolean {
  return (
    Object.keys(live).length !== languages.length ||
    languages.some((language) => live[language]?.versionId !== workingVersionId)
  );
}

function viewState(item: Item, { defaultLanguage, localizations, releasedAt }: Content) {
  const publishedAt = item.publishedAt?.toISOString() ?? null;
  return {
    id: item.id,
    status: item.status,
    hasUnpublishedChanges: hasUnpublishedChanges(item),
    origin: shownOrigin(item.origin),
    version: item.version,
    createdAt: item.createdAt.toISOString(),
    updatedAt: item.updatedAt.toISOString(),
    publishedAt,
    createdBy: item.createdBy,
    defaultLanguage,
    localizations: Object.fromEntries(
      Object.entries(localizations).map(([language, texts]) => [
        language,
        { ...texts, slug: item.slugs[language]?.slug, live: item.live[language] !== undefined },
      ]),
    ),
    releasedAt: releasedAt ?? publishedAt,
  };
}

const readProgramFields = readerOf(programFields);
const readEpisodeFields = readerOf(episodeFields);

export const viewProgram = ({ item, content }: Draft<'program'>): Program => ({
  ...readProgramFields(content),
  ...viewState(item, content),
});

export const viewEpisode = ({ item, content }: Draft<'episode'>): Episode => ({
  ...readEpisodeFields(content),
  ...viewState(item, content),
  programId: item.programId,
});
