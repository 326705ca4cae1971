import { type DynamoDb, DynamoDbTable, type TableShape } from '@mediamesh/dynamodb';
import type { ProgramNames } from '../catalog-store.js';

/**
 * The one table of the catalogue. Which question is answered by which key or index:
 * docs/adr/0016-single-table-catalogue.md.
 */
export const catalogTable = {
  name: 'catalogue',
  partitionKey: 'pk',
  sortKey: 'sk',
  localIndexes: { newest: 'newest', 'arabic-title': 'arabic', 'english-title': 'english', place: 'place' },
} as const satisfies TableShape;

export type CatalogIndex = keyof typeof catalogTable.localIndexes;

/** The catalogue's table, for the migration step. */
export const createCatalogTable = (db: DynamoDb): DynamoDbTable => new DynamoDbTable(db, catalogTable);

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * What is true of an item now. Written in one transaction with the counters; it alone says which revision is public.
 */
export interface State extends Key {
  readonly id: string;
  /** How many episodes of a program are public; it may be known before the program is. */
  readonly episodes?: number;
  readonly revision?: number;
  readonly kind?: 'program' | 'episode';
  /** The program itself, or the episode's. */
  readonly program?: string;
  /** How many parts the document's body has; none when it is withdrawn. */
  readonly parts?: number;
  readonly names?: ProgramNames;
  readonly serial?: boolean;
  readonly category?: string;
}

/**
 * What a revision has written besides its state, in one or more items, so that whoever comes later can take it away.
 */
export interface FanOut extends Key {
  readonly revision: number;
  readonly keys: readonly Key[];
}

/** A part of a document. */
export interface BodyPart extends Key {
  readonly id: string;
  readonly revision: number;
  readonly part: number;
  readonly body: string | Uint8Array;
}

/**
 * A document's place in one list, in each order the list has. It counts only while its revision is the one that is
 * public.
 */
export interface Entry extends Key {
  readonly id: string;
  readonly program: string;
  readonly revision: number;
  readonly parts: number;
  readonly facets: ReadonlySet<string>;
  readonly newest?: string;
  readonly arabic?: string;
  readonly english?: string;
  /** The list's own order: a place in a serial program, or a folded title. */
  readonly place?: string;
  /** The folded titles of the same item that sort before this one. */
  readonly earlier?: readonly string[];
}

/** Revisions as text sort as numbers: 16 digits hold every safe integer. */
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
/** An item may be in a list several times, by several of its titles. */
export const entryKey = (list: string, id: string, revision: number, time: number): Key => ({
  pk: list,
  sk: `${id}|${writeRevision(revision)}|${time}`,
});
export const categoryCounts = 'counts|categories';
export const categoryKey = (category: string): Key => ({ pk: categoryCounts, sk: category });

export const keyOf = ({ pk, sk }: Key): Key => ({ pk, sk });
