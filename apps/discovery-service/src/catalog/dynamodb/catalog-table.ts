import { type DynamoDb, DynamoDbTable, type TableShape } from '@mediamesh/dynamodb';
import type { ProgramNames } from '../catalog-store.js';

/** The catalogue's only table. ADR 16 says which key or index answers which query. */
export const catalogTable = {
  name: 'catalogue',
  partitionKey: 'pk',
  sortKey: 'sk',
  localIndexes: { newest: 'newest', 'arabic-title': 'arabic', 'english-title': 'english', place: 'place' },
} as const satisfies TableShape;

export type CatalogIndex = keyof typeof catalogTable.localIndexes;

export const createCatalogTable = (db: DynamoDb): DynamoDbTable => new DynamoDbTable(db, catalogTable);

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** An item's current state, written in one transaction with the counters. It alone says which revision is public. */
export interface State extends Key {
  readonly id: string;
  /** The number of public episodes; an item may have it before the program itself arrives. */
  readonly episodes?: number;
  readonly revision?: number;
  readonly kind?: 'program' | 'episode';
  /** The program's own id, or the id of the episode's program. */
  readonly program?: string;
  /** The number of parts of the document's body; 0 when it is withdrawn. */
  readonly parts?: number;
  readonly names?: ProgramNames;
  readonly serial?: boolean;
  readonly category?: string;
}

/** The keys of all that a revision wrote besides the state, in one or more items. A later write deletes them. */
export interface FanOut extends Key {
  readonly revision: number;
  readonly keys: readonly Key[];
}

export interface BodyPart extends Key {
  readonly id: string;
  readonly revision: number;
  readonly part: number;
  readonly body: string | Uint8Array;
}

/** A document's entry in one list, with its sort key in each order of the list. Valid while its revision is public. */
export interface Entry extends Key {
  readonly id: string;
  readonly program: string;
  readonly revision: number;
  readonly parts: number;
  readonly facets: ReadonlySet<string>;
  readonly newest?: string;
  readonly arabic?: string;
  readonly english?: string;
  /** The list's own sort key: the position in a serial program, or a folded title. */
  readonly place?: string;
  /** Other titles of the same item that sort before this one, folded. */
  readonly earlier?: readonly string[];
}

/** 16 digits hold every safe integer, so revisions as text sort as numbers. */
const writeRevision = (revision: number): string => String(revision).padStart(16, '0');

export const itemPartition = (id: string): string => `item|${id}`;
export const stateKey = (id: string): Key => ({ pk: itemPartition(id), sk: 'state' });
export const fanOutKey = (id: string, revision: number, part: number): Key => ({
  pk: itemPartition(id),
  sk: `fan-out|${writeRevision(revision)}|${part}`,
});
export const bodyKey = (id: string, revision: number, part: number): Key => ({
  pk: `body|${id}`,
  sk: `${writeRevision(revision)}|${part}`,
});
/** `time` distinguishes entries of one item in one list: one for each title. */
export const entryKey = (list: string, id: string, revision: number, time: number): Key => ({
  pk: list,
  sk: `${id}|${writeRevision(revision)}|${time}`,
});
export const categoryCounts = 'counts|categories';
export const categoryKey = (category: string): Key => ({ pk: categoryCounts, sk: category });

export const keyOf = ({ pk, sk }: Key): Key => ({ pk, sk });
