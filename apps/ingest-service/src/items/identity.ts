import type { ItemIdentity, NamedItem, SourceItem } from '../sources/source-content.js';
import { hashText } from './content-hash.js';

export interface KnownItem extends ItemIdentity {
  /** Unique within the source; never changes. */
  key: string;
}

export interface IdentifiedItem extends KnownItem {
  item: SourceItem;
  /** Index in the source, from 0. */
  position: number;
  isKnown: boolean;
}

export interface DuplicateItem {
  item: SourceItem;
  position: number;
  key: string;
}

export interface Identification {
  /** In the order of the source, each key once. */
  items: IdentifiedItem[];
  /** Items whose name and marks repeat those of an earlier item in the source. */
  duplicates: DuplicateItem[];
}

interface Candidate extends NamedItem {
  position: number;
  key?: string;
}

/**
 * Gives every item of a source a key that stays the same in later runs.
 *
 * - **A unique name**, in the source and among known items, is the key. Everything else of the item may change: a new
 * enclosure is an update.
 * - **A shared name** is not enough. Items with equal marks are duplicates, of which the first counts. Other items get
 * a key of the name and what distinguishes them. The name stays shared even if one item is left, so that no item
 * overwrites another.
 * - **Known items keep their keys.** An item of a shared name is a known one when enclosure and link match, or when one
 * of the two matches and no other item of the name has it. Changing both at once makes a new item.
 *
 * The result does not depend on the order of the items, except for which duplicate counts.
 * @param known items of earlier runs of the same source
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

/** Assigns known keys where a mark belongs to exactly one item and one known item. */
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

/** Uses the enclosure alone where it is unique, so that a changed link changes no key. Otherwise uses all marks. */
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
