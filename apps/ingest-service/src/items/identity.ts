import { createHash } from 'node:crypto';
import type { ParsedItem } from '../sources/source-content.js';

/** What is remembered of an item of earlier runs, to know it again. */
export interface KnownItem {
  /** Unique within the source, and never changed. */
  key: string;
  /** What the item calls itself. Several items that call themselves the same share it. */
  name: string;
  /** Its enclosure's address without scheme and query, as last seen. */
  enclosure?: string | undefined;
  /** Its link, as last seen. */
  link?: string | undefined;
}

export interface IdentifiedItem extends KnownItem {
  item: ParsedItem;
  /** Its place in the document, from 0. */
  position: number;
  /** Whether an item of an earlier run has this key. */
  isKnown: boolean;
}

export interface DuplicateItem {
  item: ParsedItem;
  position: number;
  /** The key of the item that stands for both. */
  key: string;
}

export interface Identification {
  /** In the order of the document, each key once. */
  items: IdentifiedItem[];
  /** Items that say nothing another one of the document does not say: the first stands for all. */
  duplicates: DuplicateItem[];
}

interface Candidate {
  item: ParsedItem;
  position: number;
  name: string;
  enclosure?: string | undefined;
  link?: string | undefined;
  /** What tells it from others of the same name: items alike in it are one. */
  marks: string;
  key?: string;
}

/** Longer names are hashed, so that keys stay short. */
const MAX_NAME_LENGTH = 300;

/**
 * Gives every item of a document a key that stays the same in all later runs.
 *
 * **The name** of an item is the first it has of: its guid (Atom id, `rdf:about`), exactly as written; its enclosure's
 * address without the query, which is signed anew with every fetch; its link; a hash of title and date.
 *
 * **One item of a name**, in the document and in what is known, is keyed by its name alone. In a later run it is the
 * same item whatever else has changed: a new enclosure under the same guid is an update.
 *
 * **Several items of a name** (feeds repeat guids) differ in enclosure or link, or they are one: true duplicates, of
 * which the first counts. Where no guid names them, or they have neither enclosure nor link, title and date tell them
 * apart as well. Each is keyed by the name plus what tells it apart. A name once shared stays shared: from then on it
 * is not enough to know an item by, even when only one of them is left in the feed's window, so that a twin never
 * overwrites another.
 *
 * **Known items keep their keys.** An item of a shared name is a known one when enclosure and link are the same; else
 * when one of the two is the same and no other item of that name, known or new, has it too. So the item that once was
 * alone keeps its plain key when a twin appears, in whatever order they come; and of two twins one may change its
 * enclosure or its link, but not both at once: that is a new item, for there is nothing left to know it by.
 *
 * The result does not depend on the order of the items, save which of two true duplicates counts.
 *
 * @param known items of the same source from earlier runs; those whose names do not occur are not looked at.
 */
export function identifyItems(items: ParsedItem[], known: Iterable<KnownItem>): Identification {
  const candidates = items.map(describe);
  const knownByName = Map.groupBy(known, ({ name }) => name);
  const firsts = new Map<string, Candidate>();
  const duplicates: { repeated: Candidate; first: Candidate }[] = [];
  for (const candidate of candidates) {
    const identity = `${candidate.name}\n${candidate.marks}`;
    const first = firsts.get(identity);
    if (first === undefined) firsts.set(identity, candidate);
    else duplicates.push({ repeated: candidate, first });
  }

  for (const [name, group] of Map.groupBy(firsts.values(), (candidate) => candidate.name)) {
    assignKeys(name, group, knownByName.get(name) ?? []);
  }
  const knownKeys = new Set([...knownByName.values()].flat().map(({ key }) => key));
  return {
    items: [...firsts.values()].map((candidate) => toIdentified(candidate, knownKeys)),
    duplicates: duplicates.map(({ repeated: { item, position }, first }) => ({ item, position, key: first.key! })),
  };
}

/**
 * What of an item is compared between runs to see whether it has changed. The query of the enclosure does not count,
 * nor what was only noticed while reading.
 */
export function hashContent({ enclosure, warnings, ...item }: ParsedItem): string {
  const content = { ...item, enclosure: enclosure && { ...enclosure, url: stripAddress(enclosure.url) } };
  return hash(JSON.stringify(sortKeys(content)));
}

function assignKeys(name: string, group: Candidate[], known: KnownItem[]): void {
  const [onlyItem] = group;
  if (group.length === 1 && known.length === 0) onlyItem!.key = name;
  else if (group.length === 1 && known.length === 1 && known[0]!.key === name) onlyItem!.key = name;
  else {
    matchKnown(group, known, ({ enclosure, link }) => JSON.stringify([enclosure, link]));
    matchKnown(group, known, ({ enclosure }) => enclosure);
    matchKnown(group, known, ({ link }) => link);
    const taken = new Set(known.map(({ key }) => key));
    for (const candidate of group.filter(({ key }) => key === undefined)) {
      candidate.key = composeKey(candidate, [...group, ...known], taken);
    }
  }
}

/** Gives known keys to items whose mark is the same, where it belongs to one item and to one known item only. */
function matchKnown(
  group: Candidate[],
  known: KnownItem[],
  mark: (item: Candidate | KnownItem) => string | undefined,
): void {
  const itemsByMark = Map.groupBy(group, mark);
  const knownByMark = Map.groupBy(known, mark);
  const taken = new Set(group.map(({ key }) => key));
  for (const [value, [item, ...otherItems]] of itemsByMark) {
    const [match, ...otherKnown] = knownByMark.get(value) ?? [];
    const isAlone = otherItems.length === 0 && otherKnown.length === 0;
    if (value === undefined || match === undefined || !isAlone || item!.key !== undefined || taken.has(match.key))
      continue;
    item!.key = match.key;
    taken.add(match.key);
  }
}

/** The enclosure alone where it tells the item apart, so that a changed link changes nothing; all marks otherwise. */
function composeKey(candidate: Candidate, others: (Candidate | KnownItem)[], taken: ReadonlySet<string>): string {
  const { name, enclosure, marks } = candidate;
  const isAlone =
    enclosure !== undefined && others.every((other) => other === candidate || other.enclosure !== enclosure);
  const short = `shared:${hash(`${name}\n${enclosure}`)}`;
  return isAlone && !taken.has(short) ? short : `shared:${hash(`${name}\n${marks}`)}`;
}

function describe(item: ParsedItem, position: number): Candidate {
  const enclosure = item.enclosure && stripAddress(item.enclosure.url);
  const titleHash = hash(JSON.stringify([item.title, item.publishedAt]));
  const needsTitle = item.guid === undefined || (enclosure === undefined && item.link === undefined);
  return {
    item,
    position,
    name: nameOf(item, enclosure, titleHash),
    enclosure,
    link: item.link,
    marks: JSON.stringify([enclosure, item.link, needsTitle ? titleHash : undefined]),
  };
}

function nameOf(item: ParsedItem, enclosure: string | undefined, titleHash: string): string {
  if (item.guid !== undefined) return shorten(`guid:${item.guid}`);
  if (enclosure !== undefined) return shorten(`enclosure:${enclosure}`);
  return item.link === undefined ? `title:${titleHash}` : shorten(`link:${item.link}`);
}

function toIdentified(
  { item, position, name, enclosure, link, key }: Candidate,
  knownKeys: ReadonlySet<string>,
): IdentifiedItem {
  const isShared = key !== name;
  const warning = { code: 'shared_guid', detail: 'Several items of this feed have the same identifier' };
  return {
    item: isShared ? { ...item, warnings: [...item.warnings, warning] } : item,
    position,
    key: key!,
    name,
    enclosure,
    link,
    isKnown: knownKeys.has(key!),
  };
}

/** Host and path: the same file may be named by http and https, and its query signed anew each time. */
function stripAddress(address: string): string {
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`;
}

function shorten(name: string): string {
  return name.length <= MAX_NAME_LENGTH ? name : `${name.slice(0, name.indexOf(':'))}:${hash(name)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}
