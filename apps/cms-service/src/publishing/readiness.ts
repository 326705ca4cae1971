import type { Asset, ErrorCode, Language } from '@mediamesh/contracts';
import { pointerOf } from '@mediamesh/http';
import type { Content, Version } from '../items/item.js';

export interface Finding {
  readonly code: ErrorCode;
  readonly pointer: string;
}

export interface LanguageReadiness {
  readonly blocking: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Facts beyond the content: the assets it names, and whether an episode's program is public. */
export interface Surroundings {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly programIsPublic: boolean;
}

/** Per language, what is missing. Only a title and, for an episode, media, an enclosure or a link are required. */
export function checkReadiness(version: Version, surroundings: Surroundings): Record<Language, LanguageReadiness> {
  const { content } = version;
  const blocking = version.kind === 'episode' ? playable(version.content, surroundings) : [];
  const warnings = [
    ...coverWarnings(content, surroundings),
    ...(version.kind === 'episode' ? episodeWarnings(version.content, surroundings) : programWarnings(version.content)),
  ];
  const defaultTitle =
    content.localizations[content.defaultLanguage]?.title === undefined ? [titleMissing(content.defaultLanguage)] : [];
  return Object.fromEntries(
    Object.entries(content.localizations).map(([language, { title, description }]) => {
      const own = title === undefined && language !== content.defaultLanguage ? [titleMissing(language)] : [];
      const described = description
        ? []
        : [
            {
              code: 'readiness.description_missing',
              pointer: pointerOf(['localizations', language, 'description']),
            } satisfies Finding,
          ];
      const alt = coverAlt(content, surroundings, language);
      return [
        language,
        { blocking: [...defaultTitle, ...own, ...blocking], warnings: [...described, ...alt, ...warnings] },
      ];
    }),
  );
}

const titleMissing = (language: Language): Finding => ({
  code: 'readiness.title_missing',
  pointer: pointerOf(['localizations', language, 'title']),
});

function playable({ link, enclosure, media }: Content<'episode'>, { assets }: Surroundings): Finding[] {
  if (link || enclosure || (media && assets.get(media.assetId)?.status === 'ready')) return [];
  return [
    media
      ? { code: 'readiness.media_not_ready', pointer: '/media/assetId' }
      : { code: 'readiness.media_missing', pointer: '/media' },
  ];
}

function coverWarnings({ coverAssetId }: Content, { assets }: Surroundings): Finding[] {
  if (coverAssetId === undefined) return [{ code: 'readiness.cover_missing', pointer: '/coverAssetId' }];
  return assets.get(coverAssetId)?.status === 'ready'
    ? []
    : [{ code: 'readiness.cover_not_ready', pointer: '/coverAssetId' }];
}

function coverAlt({ coverAssetId }: Content, { assets }: Surroundings, language: Language): Finding[] {
  const cover = coverAssetId === undefined ? undefined : assets.get(coverAssetId);
  return cover && cover.alt[language] === undefined
    ? [{ code: 'readiness.cover_alt_missing', pointer: '/coverAssetId' }]
    : [];
}

const programWarnings = ({ category }: Content<'program'>): Finding[] =>
  category === undefined ? [{ code: 'readiness.category_missing', pointer: '/category' }] : [];

function episodeWarnings(
  { durationSeconds, media }: Content<'episode'>,
  { programIsPublic, assets }: Surroundings,
): Finding[] {
  const duration = durationSeconds ?? (media && assets.get(media.assetId)?.durationSeconds) ?? undefined;
  return [
    ...(duration === undefined
      ? [{ code: 'readiness.duration_missing', pointer: '/durationSeconds' } satisfies Finding]
      : []),
    ...(programIsPublic ? [] : [{ code: 'readiness.program_not_public', pointer: '' } satisfies Finding]),
  ];
}
