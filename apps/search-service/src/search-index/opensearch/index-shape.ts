import { randomBytes } from 'node:crypto';
import { textLayout } from '../searchable-text.js';

/**
 * The layout of texts, and one more for every change of the shape. An index of another layout is neither read nor
 * written.
 */
export const layout = textLayout + 0;

/** How indexes are made here; what may differ between installations. */
export interface IndexSettings {
  /** What everybody calls the live index: an alias. */
  readonly alias: string;
  /** Milliseconds until a write is found. */
  readonly refreshMs: number;
  /** Copies of each index besides the first. */
  readonly replicas: number;
}

/** The aliases of a mesh: the live index, one being filled, and the one that was live before. */
export const aliasesOf = (alias: string) =>
  ({ live: alias, building: `${alias}-building`, previous: `${alias}-previous` }) as const;

/**
 * A generation says its layout, so that whoever sees the name of an index knows whether it can be used:
 * `v1-20261122153000-9f3c`.
 */
export const nameGeneration = (now: Date): string =>
  `v${layout}-${now.toISOString().replaceAll(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`;

export const indexOf = (alias: string, generation: string): string => `${alias}-${generation}`;

/** The generation of an index of this layout; `undefined` for any other. */
export function readGeneration(alias: string, index: string): string | undefined {
  const generation = index.startsWith(`${alias}-`) ? index.slice(alias.length + 1) : '';
  return generation.startsWith(`v${layout}-`) ? generation : undefined;
}

/**
 * When an index of this mesh, of whatever layout, was made, by its name; `undefined` for what is none of ours. In epoch
 * milliseconds.
 */
export function readMoment(alias: string, index: string): number | undefined {
  const [, time = ''] =
    (index.startsWith(`${alias}-`) ? /^v\d+-(\d{14})-[0-9a-f]{8}$/.exec(index.slice(alias.length + 1)) : undefined) ??
    [];
  return time === '' ? undefined : Date.parse(time.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z'));
}

// Tokens are made by libs/text, so here they are only parted; each similarity has its own name to be tuned by itself.
const tokens = { type: 'text', analyzer: 'tokens', index_options: 'freqs', similarity: 'words' } as const;
const shown = { type: 'text', index: false } as const;
const filter = { type: 'keyword' } as const;

/**
 * One document for each program or episode, its languages nested inside: so a revision replaces all of them at one
 * stroke, and BM25 still counts each language as a text of its own. What only serves finding is left out of the stored
 * source.
 */
const mappings = {
  dynamic: 'strict',
  _meta: { product: 'mediamesh', layout },
  _source: {
    excludes: [
      'texts.titleKey',
      'texts.titleStems',
      'texts.stems',
      'texts.words',
      'texts.spellings',
      'texts.beginnings',
    ],
  },
  properties: {
    removed: { type: 'boolean' },
    // Orders what else would be equal; `_id` cannot be sorted by everywhere.
    id: { ...filter, index: false },
    kind: filter,
    type: filter,
    category: filter,
    releasedAt: { type: 'long', index: false },
    others: shown,
    texts: {
      type: 'nested',
      properties: {
        kind: { ...filter, index: false, doc_values: false },
        language: { ...filter, index: false, doc_values: false },
        languages: filter,
        title: shown,
        description: shown,
        titleKey: { type: 'keyword', similarity: 'whole', ignore_above: 8_000 },
        titleStems: { ...tokens, similarity: 'titles' },
        stems: {
          ...tokens,
          fields: {
            pairs: { ...tokens, analyzer: 'pairs', similarity: 'pairs' },
            runs: { ...tokens, analyzer: 'runs', similarity: 'runs' },
          },
        },
        words: tokens,
        spellings: { ...tokens, similarity: 'spellings' },
        beginnings: {
          type: 'text',
          analyzer: 'tokens',
          index_options: 'docs',
          norms: false,
          index_prefixes: { min_chars: 1, max_chars: 8 },
        },
      },
    },
  },
} as const;

/** Joins the stems of a pair: a letter to every tokeniser, and never part of a folded word. */
export const pairJoiner = '\u0640';
/** Stands for the edges of a stem in its runs of three letters; no word holds it. */
export const runEdge = '_';

const bm25 = { type: 'BM25', k1: 1.2, b: 0.75 } as const;

/** What `PUT /<index>` takes. */
export function describeIndex({ refreshMs, replicas }: IndexSettings): object {
  return {
    settings: {
      index: {
        // One shard: scores and counts are of the whole, and its order of writes is one.
        number_of_shards: 1,
        number_of_replicas: replicas,
        // Below nought: never.
        refresh_interval: refreshMs < 0 ? -1 : `${refreshMs}ms`,
        translog: { durability: 'request' },
        similarity: {
          words: bm25,
          titles: bm25,
          spellings: bm25,
          pairs: bm25,
          runs: bm25,
          whole: { type: 'BM25', k1: 0, b: 0 },
        },
      },
      analysis: {
        filter: {
          pairs: {
            type: 'shingle',
            min_shingle_size: 2,
            max_shingle_size: 2,
            output_unigrams: false,
            token_separator: pairJoiner,
          },
          edges: { type: 'pattern_replace', pattern: '^(.*)$', replacement: `${runEdge}$1${runEdge}`, all: false },
          runs: { type: 'ngram', min_gram: 3, max_gram: 3 },
        },
        analyzer: {
          tokens: { type: 'custom', tokenizer: 'whitespace' },
          pairs: { type: 'custom', tokenizer: 'whitespace', filter: ['pairs'] },
          runs: { type: 'custom', tokenizer: 'whitespace', filter: ['edges', 'runs'] },
        },
      },
    },
    mappings,
  };
}
