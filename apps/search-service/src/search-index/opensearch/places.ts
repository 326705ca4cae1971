import { hash } from 'node:crypto';
import type { Place } from '../search-index.js';
import type { Snapshot } from './snapshots.js';

export interface ListPlace {
  readonly generation: string;
  /** Entries of the list that were passed. */
  readonly passed: number;
  /** Concatenated marks of hits shown before the list was fixed and not yet met in it. */
  readonly shown: string;
  /** The snapshot and the sort values of the last entry passed; missing after the first page. */
  readonly snapshot?: (Snapshot & { readonly after: readonly (string | number)[] }) | undefined;
}

const markLength = 4;

/** 24 bits of an id in four characters: a hundred must fit into a cursor that is wrapped twice. */
export const markOf = (id: string): string => hash('md5', id, 'base64url').slice(0, markLength);

export const splitMarks = (marks: string): string[] => marks.match(new RegExp(`.{${markLength}}`, 'g')) ?? [];

export const writePlace = ({ generation, passed, shown, snapshot }: ListPlace): Place => [
  generation,
  passed,
  shown,
  ...(snapshot ? [snapshot.pit, snapshot.since, ...snapshot.after] : []),
];

/** `undefined` for a malformed place. */
export function readPlace([generation, passed, shown, pit, since, ...after]: Place): ListPlace | undefined {
  if (typeof generation !== 'string' || typeof passed !== 'number' || typeof shown !== 'string') return undefined;
  if (pit === undefined) return { generation, passed, shown };
  return typeof pit === 'string' && typeof since === 'number' && after.length === 3
    ? { generation, passed, shown, snapshot: { pit, since, after } }
    : undefined;
}
