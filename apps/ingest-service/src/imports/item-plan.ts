import { maximumImportBatch, maximumTitle } from '@mediamesh/contracts';
import { truncate } from '@mediamesh/text';
import { type DuplicateItem, hashContent, type IdentifiedItem } from '../items/identity.js';
import type { ParsedFeed, ParsedItem } from '../sources/source-content.js';
import { isEmpty, toEpisodeContent } from './episode-content.js';
import type { Sent } from './episode-sender.js';
import type { Draft } from './fit-content.js';
import type { ItemRecord } from '../runs/run-records.repository.js';
import type { StoredItem } from '../runs/run-sources.repository.js';
import { distinct, warningCode } from './warning-codes.js';

/** An item of the feed beside what is known of it. */
export interface PlannedItem {
  readonly identified: IdentifiedItem;
  readonly key: string;
  readonly contentHash: string;
  readonly known: StoredItem | undefined;
  /** Whether it is to be published as soon as it can be. */
  readonly mayPublish: boolean;
  /** What is to be sent; undefined where nothing is. */
  content: Draft | undefined;
  codes: string[];
}

/** How many characters of JSON one batch may hold: well below what the other side accepts. */
const maximumBatchSize = 4_000_000;
/** How many items are recorded at once where nothing is to be sent. */
const maximumRecords = 1_000;

/** In the order of the feed. */
export function planItems(
  items: readonly IdentifiedItem[],
  known: ReadonlyMap<string, StoredItem>,
  { mayPublish }: { readonly mayPublish: boolean },
): PlannedItem[] {
  return items
    .map((identified): PlannedItem => {
      const { key, item } = identified;
      return {
        identified,
        key,
        contentHash: hashContent(item),
        known: known.get(key),
        mayPublish: mayPublish && !item.block,
        content: undefined,
        codes: warningsOf(item),
      };
    })
    .sort((one, other) => one.identified.position - other.identified.position);
}

/** Whether cms-service need not hear of an item: nothing has changed, and nothing waits to be published. */
const needsNothing = ({ known, contentHash, mayPublish }: PlannedItem): boolean =>
  known !== undefined && known.contentHash === contentHash && (known.settled || !mayPublish || known.published);

/** Items in batches, those that are to be sent with their content. */
export function* batchesOf(
  items: readonly PlannedItem[],
  language: string,
  feed: Pick<ParsedFeed, 'author'>,
): Generator<PlannedItem[]> {
  let batch: PlannedItem[] = [];
  let sent = 0;
  let size = 0;
  for (const item of items) {
    if (!needsNothing(item)) {
      const { content, codes } = toEpisodeContent(item.identified.item, language, feed);
      const length = JSON.stringify(content).length;
      if (sent === maximumImportBatch || size + length > maximumBatchSize) {
        yield batch;
        [batch, sent, size] = [[], 0, 0];
      }
      item.content = content;
      item.codes = distinct([...item.codes, ...codes]);
      sent += 1;
      size += length;
    }
    batch.push(item);
    if (batch.length >= maximumRecords) {
      yield batch;
      [batch, sent, size] = [[], 0, 0];
    }
  }
  if (batch.length > 0) yield batch;
}

/**
 * Whether the same item need not be sent again: it is stored, and public if it may be, or it will never be otherwise
 * than it is.
 */
export function isSettled(item: PlannedItem, sent: Sent | undefined): boolean {
  if (!sent) return true;
  if (sent.outcome === 'failed') return false;
  if (!item.mayPublish || sent.published || item.known?.published) return true;
  // Unchanged, not published and nothing missing: it is public already, or an editor has taken it in hand.
  return sent.outcome === 'unchanged' && !sent.codes.some((code) => code.startsWith('readiness.'));
}

export function recordOf(item: PlannedItem, sent: Sent | undefined): ItemRecord {
  const { identified, key, known, contentHash } = item;
  const { position, name, enclosure, link, item: parsed } = identified;
  const wasPublished = known?.published ?? false;
  const result = { position, key, title: titleOf(parsed) };
  if (!sent)
    return {
      ...result,
      outcome: 'unchanged',
      episodeId: known?.episodeId ?? null,
      published: wasPublished,
      madePublic: false,
      codes: item.codes,
    };
  const codes = distinct([...item.codes, ...sent.codes]);
  if (sent.outcome === 'failed')
    return {
      ...result,
      outcome: 'failed',
      episodeId: sent.episodeId,
      published: wasPublished,
      madePublic: false,
      codes,
    };
  const published = sent.published || wasPublished;
  return {
    ...result,
    outcome: sent.outcome,
    episodeId: sent.episodeId,
    published,
    madePublic: sent.published,
    codes,
    remember: {
      key,
      name,
      enclosure,
      link,
      contentHash,
      episodeId: sent.episodeId,
      published,
      settled: isSettled(item, sent),
    },
    imageUrl: parsed.imageUrl,
  };
}

export function recordOfDuplicate({ item, position, key }: DuplicateItem): ItemRecord {
  return {
    position,
    key,
    title: titleOf(item),
    outcome: 'duplicate',
    episodeId: null,
    published: false,
    madePublic: false,
    codes: distinct(['item.duplicate', ...warningsOf(item)]),
  };
}

const warningsOf = (item: ParsedItem): string[] =>
  distinct([
    ...item.warnings.map(({ code }) => warningCode('item', code)),
    ...(item.block ? ['item.blocked'] : []),
    ...(isEmpty(item) ? ['item.empty'] : []),
  ]);
const titleOf = ({ title = '' }: ParsedItem): string => truncate(title, maximumTitle);
