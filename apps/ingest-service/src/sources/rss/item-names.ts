import { hashText, stripAddress } from '../../items/content-hash.js';
import type { NamedItem, SourceItem } from '../source-content.js';

/** Longer names are hashed to keep keys short. */
const maximumNameLength = 300;

/**
 * The name of an item is the first it has of: guid (Atom id, `rdf:about`) exactly as written; enclosure address without
 * the query, which is signed anew for each fetch; link; hash of title and date. Feeds repeat guids, so the marks add
 * enclosure and link. Without a guid, or without enclosure and link, the marks add title and date.
 */
export function nameItem(item: SourceItem): NamedItem {
  const { guid, link, title, publishedAt } = item;
  const enclosure = item.enclosure && stripAddress(item.enclosure.url);
  const titleHash = hashText(JSON.stringify([title, publishedAt]));
  const needsTitle = guid === undefined || (enclosure === undefined && link === undefined);
  const marks = JSON.stringify([enclosure, link, needsTitle ? titleHash : undefined]);
  return { item, name: nameOf({ guid, enclosure, link, title: titleHash }), enclosure, link, marks };
}

/** The first candidate that is present, prefixed with its kind: `guid:…`. */
function nameOf(candidates: Record<string, string | undefined>): string {
  const [kind, value = ''] = Object.entries(candidates).find(([, candidate]) => candidate !== undefined)!;
  const name = `${kind}:${value}`;
  return name.length <= maximumNameLength ? name : `${kind}:${hashText(name)}`;
}
