import type { Asset, ErrorCode, Language } from '@mediamesh/contracts';
import { pointerOf } from '@mediamesh/http';
import type { Content } from '../items/item.js';

export interface Finding {
  readonly code: ErrorCode;
  readonly pointer: string;
}

export interface LanguageReadiness {
  readonly blocking: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** What is known beside the content: the assets it names, and whether an episode's program is public. */
export interface Surroundings {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly programIsPublic: boolean;
}

/**
 * Per language, what is still missing. Only a title and, for an episode, something to play or a link are indispensable.
 */
export function checkReadiness(content: Content, surroundings: Surroundings): Record<Language, LanguageReadiness> {
  const isEpisode = !('type' in content);
  const blocking = isEpisode ? playable(content, surroundings) : [];
  const warnings = [
    ...coverWarnings(content, surroundings),
    ...(isEpisode ? episodeWarnings(content, surroundings) : programWarnings(content)),
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

function playable(content: Content, { assets }: Surroundings): Finding[] {
  if (!('media' in content) && !('enclosure' in content))
    return content.link ? [] : [{ code: 'readiness.media_missing', pointer: '/media' }];
  const media = 'media' in content ? content.media : undefined;
  const enclosure = 'enclosure' in content ? content.enclosure : undefined;
  if (content.link || enclosure || (media && assets.get(media.assetId)?.status === 'ready')) return [];
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

const programWarnings = (content: Content): Finding[] =>
  'category' in content && content.category !== undefined
    ? []
    : [{ code: 'readiness.category_missing', pointer: '/category' }];

function episodeWarnings(content: Content, { programIsPublic, assets }: Surroundings): Finding[] {
  const probed = 'media' in content && content.media ? assets.get(content.media.assetId)?.durationSeconds : undefined;
  const known =
    ('durationSeconds' in content && content.durationSeconds !== undefined) ||
    (probed !== undefined && probed !== null);
  return [
    ...(known ? [] : [{ code: 'readiness.duration_missing', pointer: '/durationSeconds' } satisfies Finding]),
    ...(programIsPublic ? [] : [{ code: 'readiness.program_not_public', pointer: '' } satisfies Finding]),
  ];
}
