import { hashText, stripAddress } from '../../items/content-hash.js';
import type { NamedItem, SourceItem } from '../source-content.js';

/** Longer names are hashed, so that keys stay short. */
const maximumNameLength = 300;

/**
 * What an item of a feed is recognised by. Its name is the first it has of: its guid (Atom id, `rdf:about`), exactly as
 * written; its enclosure's address without the query, which is signed anew with every fetch; its link; a hash of title
 * and date. Feeds repeat guids, so enclosure and link tell items of one name apart, and title and date do as well where
 * no guid names them or they have neither enclosure nor link.
 */
export function nameItem(item: SourceItem): NamedItem {
  const { guid, link, title, publishedAt } = item;
  const enclosure = item.enclosure && stripAddress(item.enclosure.url);
  const titleHash = hashText(JSON.stringify([title, publishedAt]));
  const needsTitle = guid === undefined || (enclosure === undefined && link === undefined);
  const marks = JSON.stringify([enclosure, link, needsTitle ? titleHash : undefined]);
  return { item, name: nameOf({ guid, enclosure, link, title: titleHash }), enclosure, link, marks };
}

/** The first that is there, after the word for what it is: `guid:…`. */
function nameOf(candidates: Record<string, string | undefined>): string {
  const [kind, value = ''] = Object.entries(candidates).find(([, candidate]) => candidate !== undefined)!;
  const name = `${kind}:${value}`;
  return name.length <= maximumNameLength ? name : `${kind}:${hashText(name)}`;
}
