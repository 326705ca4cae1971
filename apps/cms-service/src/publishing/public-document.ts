import {
  type Asset,
  type EpisodeContent,
  episodeFields,
  localizedFields,
  maximumDocumentBytes,
  type ProgramContent,
  programFields,
  type PublicDocument,
  type PublicFile,
  publicReaderOf,
  tooLarge,
} from '@mediamesh/contracts';
import { stripHtml, truncate } from '@mediamesh/text';
import type { Item, Version } from '../items/item.js';

/** The fields of a program that its episodes' documents repeat. */
export interface ProgramFacts {
  readonly type: ProgramContent['type'];
  readonly category: string | null;
}

export interface Parts {
  readonly item: Item;
  /** All live versions, and the version published last. */
  readonly versions: ReadonlyMap<string, Version>;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly program: ProgramFacts;
  readonly now: Date;
}

const summaryLength = 300;
const readText = publicReaderOf(localizedFields);
const readProgram = publicReaderOf(programFields);
const readEpisode = publicReaderOf(episodeFields);

/** The versions in a document: that of each live language, and the last published one for the other fields. */
export const versionsOf = ({ live, publishedVersionId }: Item): string[] => [
  ...new Set([
    ...Object.values(live).map(({ versionId }) => versionId),
    ...(publishedVersionId ? [publishedVersionId] : []),
  ]),
];

/**
 * Builds the public document from what is live; `undefined` when nothing is. The repository sets `revision`. 413 when
 * an event could not carry it, also while it is hidden: otherwise it would block the publication of its program.
 */
export function assembleDocument(parts: Parts): PublicDocument | undefined {
  const document = assemble(parts);
  if (document && Buffer.byteLength(JSON.stringify(document)) > maximumDocumentBytes) {
    throw tooLarge('item.too_large_to_publish', { values: { maximum: maximumDocumentBytes / 1000 } });
  }
  return document;
}

function assemble({ item, versions, assets, program, now }: Parts): PublicDocument | undefined {
  const published = item.publishedVersionId ? versions.get(item.publishedVersionId) : undefined;
  const languages = Object.keys(item.live);
  const [first] = languages;
  if (!published || first === undefined) return undefined;
  const { content: base } = published;
  const publishedAt = (item.publishedAt ?? now).toISOString();
  const shared = {
    id: item.id,
    revision: 0,
    type: program.type,
    category: program.category,
    defaultLanguage: languages.includes(base.defaultLanguage) ? base.defaultLanguage : first,
    localizations: Object.fromEntries(languages.map((language) => [language, localize(item, versions, language)])),
    formerSlugs: [...item.formerSlugs],
    cover: fileOf(base.coverAssetId, assets),
    releasedAt: base.releasedAt ?? publishedAt,
    publishedAt,
    updatedAt: now.toISOString(),
  };
  return published.kind === 'program'
    ? { kind: 'program', ...shared, ...readProgram(published.content) }
    : { kind: 'episode', ...shared, ...describeEpisode(item, published.content, assets) };
}

/** Updates an episode's document with its program's public fields, which may have changed since it was built. */
export const alignWithProgram = (
  document: PublicDocument,
  program: PublicDocument | null | undefined,
): PublicDocument => (program ? { ...document, type: program.type, category: program.category } : document);

function localize(
  item: Item,
  versions: ReadonlyMap<string, Version>,
  language: string,
): PublicDocument['localizations'][string] {
  const { versionId = '', slug = item.id } = item.live[language] ?? {};
  const text = readText(versions.get(versionId)?.content.localizations[language] ?? {});
  return { ...text, summary: truncate(stripHtml(text.description), summaryLength), slug };
}

function describeEpisode(item: Item, content: EpisodeContent, assets: ReadonlyMap<string, Asset>) {
  const media = fileOf(content.media?.assetId, assets);
  return {
    ...readEpisode(content),
    programId: item.programId,
    episodeKind: content.kind,
    durationSeconds: content.durationSeconds ?? media?.durationSeconds ?? null,
    media,
    enclosure: content.enclosure ?? null,
  };
}

/** Only a file whose bytes are checked is public. */
function fileOf(assetId: string | undefined, assets: ReadonlyMap<string, Asset>): PublicFile | null {
  const asset = assetId === undefined ? undefined : assets.get(assetId);
  if (asset?.status !== 'ready' || asset.path === null) return null;
  const { id, path, type, size, width, height, durationSeconds, alt } = asset;
  return {
    assetId: id,
    path,
    type,
    length: size,
    alt,
    ...(width !== null && { width }),
    ...(height !== null && { height }),
    ...(durationSeconds !== null && { durationSeconds }),
  };
}
