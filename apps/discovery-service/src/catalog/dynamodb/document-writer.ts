import { type PublicDocument, type Tombstone, unavailable } from '@mediamesh/contracts';
import type { DynamoDb, ItemUpdate } from '@mediamesh/dynamodb';
import { backOff } from '@mediamesh/resilience';
import { setTimeout as sleep } from 'node:timers/promises';
import { namesOf } from '../catalog-keys.js';
import { packDocument } from './body-parts.js';
import { entriesOf } from './catalog-entries.js';
import {
  type BodyPart,
  bodyKey,
  catalogTable,
  categoryKey,
  type FanOut,
  fanOutKey,
  itemPartition,
  type Key,
  keyOf,
  type State,
  stateKey,
} from './catalog-table.js';
import { isShown } from './item-reader.js';

/** Attempts when concurrent writes change the same item or counter. */
const mostTries = 10;
/** The keys that fit into one item of 400 kB, with what they point to. */
const keysInOne = 500;

/**
 * Stores a document in steps. The catalogue is correct after each of them, so a crash at any point is harmless:
 *
 * 1. Write the fan-out, the keys of everything that follows.
 * 2. Write the parts and entries under the new revision. Readers ignore them: the state still names another revision.
 * 3. Move the state to the new revision and update the counters, if the state is still as it was read. Now the document
 *    is public and the entries of older revisions no longer count.
 * 4. Delete what the fan-outs of older revisions list.
 *
 * A retry after a crash before step 3 writes everything again, a later one does step 4. Of two concurrent writes the
 * higher revision wins in any order; the other deletes what it wrote.
 */
export async function writeDocument(db: DynamoDb, stored: PublicDocument | Tombstone): Promise<void> {
  const table = catalogTable.name;
  const document = 'localizations' in stored ? stored : undefined;
  const bodies = document ? await packDocument(document) : [];
  const parts = bodies.map((body, part): BodyPart => ({
    ...bodyKey(stored.id, stored.revision, part),
    id: stored.id,
    revision: stored.revision,
    part,
    body,
  }));
  const entries = document ? entriesOf(document, parts.length) : [];
  const fanOuts = noteFanOut(stored, [...parts, ...entries].map(keyOf));
  let isWritten = false;
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const { state, noted } = await readItem(db, stored.id);
    const current = state?.revision ?? -1;
    if (current >= stored.revision) {
      // An earlier attempt may have stopped before deleting these, and its fan-out may be gone.
      if (current > stored.revision) await db.writeAll(table, { removals: [...parts, ...entries].map(keyOf) });
      return removeOlder(db, noted, current);
    }
    if (!isWritten) {
      await db.writeAll(table, { puts: fanOuts });
      await db.writeAll(table, { puts: [...parts, ...entries] });
      isWritten = true;
    }
    if (await db.updateTogether([moveState(stored, document, state, parts.length), ...count(stored, document, state)]))
      return removeOlder(db, noted, stored.revision);
    await sleep(backOff(tries, 20, 500));
  }
  throw unavailable('request.busy', {
    retryAfter: 1,
    cause: new Error('Others changed the same part of the catalogue too often'),
  });
}

async function readItem(db: DynamoDb, id: string): Promise<{ state: State | undefined; noted: FanOut[] }> {
  const found: (State | FanOut)[] = [];
  for (let after: string | undefined = ' ', page; after !== undefined; after = page.last && String(page.last['sk'])) {
    page = await db.query<State | FanOut>({
      table: catalogTable.name,
      where: 'pk = :item and sk > :after',
      values: { ':item': itemPartition(id), ':after': after },
    });
    found.push(...page.items);
  }
  return {
    state: found.find((item): item is State => !('keys' in item)),
    noted: found.filter((item): item is FanOut => 'keys' in item),
  };
}

function noteFanOut({ id, revision }: Pick<Tombstone, 'id' | 'revision'>, keys: readonly Key[]): FanOut[] {
  const items = Math.ceil(keys.length / keysInOne);
  return Array.from({ length: items }, (_, part) => ({
    ...fanOutKey(id, revision, part),
    revision,
    keys: keys.slice(part * keysInOne, (part + 1) * keysInOne),
  }));
}

/** Deletes what older revisions wrote, and then their fan-outs: an interrupted deletion can be repeated. */
async function removeOlder(db: DynamoDb, noted: readonly FanOut[], current: number): Promise<void> {
  const older = noted.filter(({ revision }) => revision < current);
  await db.writeAll(catalogTable.name, { removals: older.flatMap(({ keys }) => keys.map(keyOf)) });
  await db.writeAll(catalogTable.name, { removals: older.map(keyOf) });
}

/** Makes a revision public, on condition that the state is unchanged since it was read. */
function moveState(
  stored: PublicDocument | Tombstone,
  document: PublicDocument | undefined,
  before: State | undefined,
  parts: number,
): ItemUpdate {
  const program = document?.kind === 'program' ? document : undefined;
  const fields: Record<string, unknown> = {
    id: stored.id,
    kind: stored.kind,
    program: programOf(stored),
    revision: stored.revision,
    parts,
    names: program && namesOf(program),
    serial: program && program.order === 'serial',
    category: program?.category ?? undefined,
  };
  const set = Object.keys(fields).filter((name) => fields[name] !== undefined);
  const remove = Object.keys(fields).filter((name) => fields[name] === undefined);
  return {
    table: catalogTable.name,
    key: stateKey(stored.id),
    update: [
      `set ${set.map((name) => `#${name} = :${name}`).join(', ')}`,
      ...(remove.length > 0 ? [`remove ${remove.map((name) => `#${name}`).join(', ')}`] : []),
    ].join(' '),
    condition: before?.revision === undefined ? 'attribute_not_exists(#revision)' : '#revision = :before',
    names: Object.fromEntries(Object.keys(fields).map((name) => [`#${name}`, name])),
    values: {
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
      ':before': before?.revision,
    },
  };
}

/** Updates the counters: episodes of a program, programs of a category. */
function count(
  stored: PublicDocument | Tombstone,
  document: PublicDocument | undefined,
  before: State | undefined,
): ItemUpdate[] {
  const was = isShown(before) ? before : undefined;
  if (stored.kind === 'episode') {
    const changes = sumUp([
      [was?.program, -1],
      [document && programOf(document), 1],
    ]);
    return changes.map(([id, by]) => ({
      table: catalogTable.name,
      key: stateKey(id),
      update: 'set id = :id add episodes :by',
      values: { ':id': id, ':by': by },
    }));
  }
  const changes = sumUp([
    [was?.category, -1],
    [document?.category ?? undefined, 1],
  ]);
  return changes.map(([category, by]) => ({
    table: catalogTable.name,
    key: categoryKey(category),
    update: 'add programs :by',
    values: { ':by': by },
  }));
}

function sumUp(changes: readonly (readonly [string | undefined, number])[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const [name, by] of changes) if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + by);
  return [...sums].filter(([, by]) => by !== 0);
}

const programOf = (stored: PublicDocument | Tombstone): string =>
  'programId' in stored ? stored.programId : stored.id;
