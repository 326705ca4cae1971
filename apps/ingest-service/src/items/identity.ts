import type { ItemIdentity, NamedItem, SourceItem } from '../sources/source-content.js';
import { hashText } from './content-hash.js';

/** What is remembered of an item of earlier runs, to know it again. */
export interface KnownItem extends ItemIdentity {
  /** Unique within the source, and never changed. */
  key: string;
}

export interface IdentifiedItem extends KnownItem {
  item: SourceItem;
  /** Its place in the source, from 0. */
  position: number;
  /** Whether an item of an earlier run has this key. */
  isKnown: boolean;
}

export interface DuplicateItem {
  item: SourceItem;
  position: number;
  /** The key of the item that stands for both. */
  key: string;
}

export interface Identification {
  /** In the order of the source, each key once. */
  items: IdentifiedItem[];
  /** Items that say nothing another one of the source does not say: the first stands for all. */
  duplicates: DuplicateItem[];
}

interface Candidate extends NamedItem {
  position: number;
  key?: string;
}

/**
 * Gives every item of a source a key that stays the same in all later runs.
 *
 * **One item of a name**, in the source and in what is known, is keyed by its name alone. In a later run it is the
 * same item whatever else has changed: a new enclosure under the same name is an update.
 *
 * **Several items of a name** differ in their marks, or they are one: true duplicates, of which the first counts. Each
 * is keyed by the name plus what tells it apart. A name once shared stays shared: from then on it is not enough to know
 * an item by, even when only one of them is left, so that a twin never overwrites another.
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
export function identifyItems(items: readonly NamedItem[], known: Iterable<KnownItem>): Identification {
  const candidates = items.map((item, position): Candidate => ({ ...item, position }));
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
  const short = `shared:${hashText(`${name}\n${enclosure}`)}`;
  return isAlone && !taken.has(short) ? short : `shared:${hashText(`${name}\n${marks}`)}`;
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
