import { EpisodeContent } from '@mediamesh/contracts';
import type { SourceItem, SourceProgram } from '../sources/source-content.js';
import { type Draft, fitContent } from './fit-content.js';
import { codesOfCuts, peopleOf, tagsOf, textsOf } from './program-content.js';
import { warningCode } from './warning-codes.js';

/** Maps an item to episode content, with a code for each part left out. */
export function toEpisodeContent(
  item: SourceItem,
  language: string,
  program: Pick<SourceProgram, 'author'>,
): { content: Draft; codes: string[] } {
  const { publishedAt, season, number, kind, durationSeconds, link, enclosure } = item;
  const author = item.author === program.author ? undefined : item.author;
  const draft: Draft = {
    defaultLanguage: language,
    localizations: { [language]: textsOf(item) },
    tags: tagsOf(item.categories),
    explicit: item.explicit ?? false,
    people: peopleOf({ people: item.people, ...(author !== undefined && { author }) }),
    kind,
    releasedAt: publishedAt,
    season,
    number,
    durationSeconds,
    link,
    enclosure: enclosure && { ...enclosure, type: mediaType(enclosure.type) },
  };
  const { content, notes } = fitContent(EpisodeContent, draft);
  return { content, codes: [...codesOfCuts('item', item), ...notes.map((note) => warningCode('item', note))] };
}

/** `audio/mpeg` of `audio/mpeg; codecs=…`. An invalid type is left out; the file stays. */
const mediaType = (type: string | undefined): string | undefined => /^[\w.+-]+\/[\w.+-]+/.exec(type ?? '')?.[0];
