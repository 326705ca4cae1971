import { type PublicDocument, unavailable } from '@mediamesh/contracts';
import type { DynamoDb } from '@mediamesh/dynamodb';
import type { CatalogItem } from '../catalog-store.js';
import { unpackDocument } from './body-parts.js';
import { type BodyPart, bodyKey, catalogTable, type Key, type State, stateKey } from './catalog-table.js';

/** An item to read; the fields of its list entry, if known, save a request. */
export interface ItemRequest {
  readonly id: string;
  readonly program?: string;
  readonly revision?: number;
  readonly parts?: number;
}

export interface PublicItem {
  readonly item: CatalogItem;
  readonly revision: number;
}

/** Two suffice unless an item changes meanwhile. */
const mostRounds = 6;

/**
 * The public items in the given order; `undefined` for each that is not public. States and documents are read together
 * if a list entry names the revision, else one after the other. What changes in between is read again, so that state
 * and document always match.
 */
export async function readItems(db: DynamoDb, wanted: readonly ItemRequest[]): Promise<(PublicItem | undefined)[]> {
  const known = new ItemReading();
  for (let round = 0; round < mostRounds; round += 1) {
    const keys = known.missing(wanted, round === 0);
    if (keys.length === 0) return wanted.map(({ id }) => known.show(id));
    known.add(keys, await db.readAll<State | BodyPart>(catalogTable.name, keys));
  }
  throw unavailable('request.busy', {
    retryAfter: 1,
    cause: new Error('Items of the catalogue changed, or lacked a part, at every try to read them'),
  });
}

export async function readStates(db: DynamoDb, ids: Iterable<string>): Promise<ReadonlyMap<string, State>> {
  const found = await db.readAll<State>(catalogTable.name, [...new Set(ids)].map(stateKey));
  return new Map(found.map((state) => [state.id, state]));
}

export const isShown = (
  state: State | undefined,
): state is State & { readonly revision: number; readonly parts: number } =>
  (state?.parts ?? 0) > 0 && state?.revision !== undefined;

/** The prefixes of partition keys of states and documents. */
const [states, bodies] = [stateKey('').pk, bodyKey('', 0, 0).pk];

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

class ItemReading {
  private readonly states = new Map<string, State | undefined>();
  private readonly parts = new Map<string, BodyPart>();

  /** The keys still to be read. `guess` adds those that list entries suggest. */
  missing(wanted: readonly ItemRequest[], guess: boolean): Key[] {
    const keys = new Map<string, Key>();
    const want = (key: Key): void => {
      if (!this.parts.has(nameOf(key))) keys.set(nameOf(key), key);
    };
    for (const { id, program, revision, parts } of wanted) {
      if (!this.states.has(id)) want(stateKey(id));
      if (guess && program !== undefined && program !== id) want(stateKey(program));
      if (guess && revision !== undefined) partKeys(id, revision, parts ?? 1).forEach(want);
      const state = this.states.get(id);
      if (!isShown(state)) continue;
      const owner = state.kind === 'episode' ? (state.program ?? '') : id;
      if (!this.states.has(owner)) want(stateKey(owner));
      if (isShown(this.states.get(owner))) partKeys(id, state.revision, state.parts).forEach(want);
    }
    return [...keys.values()];
  }

  add(asked: readonly Key[], found: readonly (State | BodyPart)[]): void {
    const items = new Map(found.map((item) => [nameOf(item), item]));
    for (const key of asked) {
      const item = items.get(nameOf(key));
      if (key.pk.startsWith(states)) this.states.set(key.pk.slice(states.length), item as State | undefined);
      else if (item) this.parts.set(nameOf(key), item as BodyPart);
    }
    // A missing part was replaced after its state was read.
    for (const { pk, sk } of asked.filter((key) => key.pk.startsWith(bodies) && !items.has(nameOf(key)))) {
      const id = pk.slice(bodies.length);
      const state = this.states.get(id);
      if (isShown(state) && partKeys(id, state.revision, state.parts).some((key) => key.sk === sk))
        this.states.delete(id);
    }
  }

  show(id: string): PublicItem | undefined {
    const state = this.states.get(id);
    if (!isShown(state)) return undefined;
    const owner = state.kind === 'episode' ? this.states.get(state.program ?? '') : state;
    if (!isShown(owner) || !owner.names) return undefined;
    const document = this.document(id, state.revision, state.parts);
    const item: CatalogItem =
      document.kind === 'program'
        ? { kind: 'program', document, episodeCount: state.episodes ?? 0 }
        : { kind: 'episode', document, program: owner.names };
    return { item, revision: state.revision };
  }

  private document(id: string, revision: number, parts: number): PublicDocument {
    return unpackDocument(partKeys(id, revision, parts).map((key) => this.parts.get(nameOf(key))?.body ?? ''));
  }
}

const partKeys = (id: string, revision: number, parts: number): Key[] =>
  Array.from({ length: parts }, (_, part) => bodyKey(id, revision, part));
