import { type ItemOutcome, maximumTitle } from '@mediamesh/contracts';
import { truncate } from '@mediamesh/text';
import type { DuplicateItem } from '../items/identity.js';
import type { StoredItem } from '../items/items.repository.js';
import type { SourceItem } from '../sources/source-content.js';
import type { EpisodeResult } from './episode-sender.js';
import type { PlannedItem } from './item-plan.js';
import { distinct, warningsOf } from './warning-codes.js';

export interface ItemRecord {
  readonly position: number;
  readonly key: string;
  readonly title: string;
  readonly outcome: ItemOutcome;
  readonly episodeId: string | null;
  readonly published: boolean;
  readonly codes: readonly string[];
  /** Whether this run published it or its changes. */
  readonly madePublic: boolean;
  readonly remember?: StoredItem | undefined;
  readonly imageUrl?: string | undefined;
}

/** @param sent the answer of cms-service; undefined for an item that was not sent */
export function recordOf(item: PlannedItem, sent: EpisodeResult | undefined): ItemRecord {
  const { key, known, contentHash, codes } = item;
  const { position, name, enclosure, link, item: said } = item.identified;
  const wasPublished = known?.published ?? false;
  const record = { position, key, title: titleOf(said), published: wasPublished, madePublic: false, codes };
  if (!sent) return { ...record, outcome: 'unchanged', episodeId: known?.episodeId ?? null };
  const { outcome, episodeId } = sent;
  const result = { ...record, outcome, episodeId, codes: distinct([...codes, ...sent.codes]) };
  if (outcome === 'failed') return result;
  const published = sent.published || wasPublished;
  const settled = isSettled(item, sent);
  return {
    ...result,
    published,
    madePublic: sent.published,
    remember: { key, name, enclosure, link, contentHash, episodeId, published, settled },
    imageUrl: said.imageUrl,
  };
}

export const recordOfDuplicate = ({ item, position, key }: DuplicateItem): ItemRecord => ({
  position,
  key,
  title: titleOf(item),
  outcome: 'duplicate',
  episodeId: null,
  published: false,
  madePublic: false,
  codes: distinct(['item.duplicate', ...warningsOf(item)]),
});

/** Whether the same content need not be sent again: it is stored, and published if it may be. */
export function isSettled(item: PlannedItem, sent: EpisodeResult | undefined): boolean {
  if (!sent) return true;
  if (sent.outcome === 'failed') return false;
  if (!item.mayPublish || sent.published || item.known?.published) return true;
  // Unchanged, unpublished and ready: it is already public, or an editor has edited it.
  return sent.outcome === 'unchanged' && !sent.codes.some(isReadinessCode);
}

export const isReadinessCode = (code: string): boolean => code.startsWith('readiness.');

const titleOf = ({ title = '' }: SourceItem): string => truncate(title, maximumTitle);
