import { conflict, invalid, type Language } from '@mediamesh/contracts';
import type { Content, FormerSlug, Item, LiveLanguage } from '../items/item.js';

const nothing = { program: 'program.nothing_to_publish', episode: 'episode.nothing_to_publish' } as const;
const notPublished = { program: 'program.not_published', episode: 'episode.not_published' } as const;

/**
 * Makes the working version live in the given languages, or else in all that have a title. Without `languages`, those
 * that the working version no longer has are withdrawn. 409 when nothing would change.
 */
export function publish(
  item: Item,
  { localizations }: Content,
  languages: readonly Language[] | undefined,
  now: Date,
): Item {
  const absent = (languages ?? []).findIndex((language) => localizations[language]?.title === undefined);
  if (absent >= 0) throw invalid({ pointer: `/languages/${absent}`, code: 'program.language_missing' });
  const chosen =
    languages ?? Object.keys(localizations).filter((language) => localizations[language]?.title !== undefined);
  const kept = languages
    ? item.live
    : Object.fromEntries(Object.entries(item.live).filter(([language]) => Object.hasOwn(localizations, language)));
  const live: Record<Language, LiveLanguage> = { ...kept };
  for (const language of chosen)
    live[language] = { versionId: item.workingVersionId, slug: item.slugs[language]?.slug ?? item.id };
  if (same(live, item.live)) throw conflict(nothing[item.kind]);
  return {
    ...expose(item, live, now),
    publishedVersionId: item.workingVersionId,
    publishedAt: item.publishedAt ?? now,
  };
}

/** Withdraws the given languages, or else all. 409 when none of them is public. */
export function unpublish(item: Item, languages: readonly Language[] | undefined, now: Date): Item {
  const gone = new Set(languages ?? Object.keys(item.live));
  const live = Object.fromEntries(Object.entries(item.live).filter(([language]) => !gone.has(language)));
  if (same(live, item.live)) throw conflict(notPublished[item.kind]);
  return expose(item, live, now);
}

function expose(item: Item, live: Item['live'], now: Date): Item {
  const isLive = Object.keys(live).length > 0;
  return {
    ...item,
    version: item.version + 1,
    live,
    formerSlugs: formerSlugs(item, live),
    status: isLive ? 'published' : 'unpublished',
    updatedAt: now,
  };
}

/** A slug that was public is kept for ever as a former slug, unless it is public again. */
function formerSlugs(item: Item, live: Item['live']): FormerSlug[] {
  const were = Object.entries(item.live).map(([language, { slug }]) => ({ slug, language }));
  const isPublic = new Set(Object.values(live).map(({ slug }) => slug));
  const seen = new Set<string>();
  return [...item.formerSlugs, ...were].filter(({ slug }) => !isPublic.has(slug) && !seen.has(slug) && seen.add(slug));
}

const same = (left: Item['live'], right: Item['live']): boolean =>
  Object.keys(left).length === Object.keys(right).length &&
  Object.entries(left).every(
    ([language, { versionId, slug }]) => right[language]?.versionId === versionId && right[language].slug === slug,
  );
