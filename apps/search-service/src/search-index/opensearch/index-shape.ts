import { randomBytes } from 'node:crypto';
import { textLayout } from '../searchable-text.js';

/** The layout of texts, plus one per change of the mapping. Other layouts are neither read nor written. */
export const layout = textLayout + 0;

/** Settings that may differ between installations. */
export interface IndexSettings {
  readonly alias: string;
  /** Milliseconds until a write is found; negative: never. */
  readonly refreshMs: number;
  /** Replicas of each index. */
  readonly replicas: number;
}

/** The aliases of a mesh: the live index, one being filled, and the one that was live before. */
export const aliasesOf = (alias: string) =>
  ({ live: alias, building: `${alias}-building`, previous: `${alias}-previous` }) as const;

/** Starts with the layout, so that the name shows whether the index can be used: `v1-20261122153000-9f3c01ab`. */
export const nameGeneration = (now: Date): string =>
  `v${layout}-${now.toISOString().replaceAll(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`;

export const indexOf = (alias: string, generation: string): string => `${alias}-${generation}`;

/** The generation of an index of this layout; `undefined` for any other. */
export function readGeneration(alias: string, index: string): string | undefined {
  const generation = index.startsWith(`${alias}-`) ? index.slice(alias.length + 1) : '';
  return generation.startsWith(`v${layout}-`) ? generation : undefined;
}

/** Creation time of an index of this mesh, of any layout, in epoch milliseconds; `undefined` for any other name. */
export function readMoment(alias: string, index: string): number | undefined {
  const [, time = ''] =
    (index.startsWith(`${alias}-`) ? /^v\d+-(\d{14})-[0-9a-f]{8}$/.exec(index.slice(alias.length + 1)) : undefined) ??
    [];
  return time === '' ? undefined : Date.parse(time.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z'));
}

// libs/text makes the tokens, so they are only split here. Each similarity has its own name, to be tuned separately.
const tokens = { type: 'text', analyzer: 'tokens', index_options: 'freqs', similarity: 'words' } as const;
const shown = { type: 'text', index: false } as const;
const filter = { type: 'keyword' } as const;

/**
 * One document per program or episode with its languages nested inside: one write replaces all of them, and BM25 still
 * scores each language as a text of its own. Fields that only serve matching are not in the stored source.
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
    // The last sort key. OpenSearch does not allow sorting by `_id` everywhere.
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

/** Joins the stems of a pair. Every tokeniser takes it for a letter, and no folded word contains it. */
export const pairJoiner = '\u0640';
/** Marks the edges of a stem in its trigrams; no word contains it. */
export const runEdge = '_';

const bm25 = { type: 'BM25', k1: 1.2, b: 0.75 } as const;

export function describeIndex({ refreshMs, replicas }: IndexSettings): object {
  return {
    settings: {
      index: {
        // One shard: scores and counts cover the whole index, and writes have one order.
        number_of_shards: 1,
        number_of_replicas: replicas,
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
