import { type ItemOutcome, maximumTitle } from '@mediamesh/contracts';
import { truncate } from '@mediamesh/text';
import type { DuplicateItem } from '../items/identity.js';
import type { StoredItem } from '../items/items.repository.js';
import type { SourceItem } from '../sources/source-content.js';
import type { EpisodeResult } from './episode-sender.js';
import type { PlannedItem } from './item-plan.js';
import { distinct, warningsOf } from './warning-codes.js';

/** What became of one item, and what is to be remembered of it. */
export interface ItemRecord {
  readonly position: number;
  readonly key: string;
  readonly title: string;
  readonly outcome: ItemOutcome;
  readonly episodeId: string | null;
  readonly published: boolean;
  readonly codes: readonly string[];
  /** Whether this run made it, or what it says now, public. */
  readonly madePublic: boolean;
  readonly remember?: StoredItem | undefined;
  /** The picture to become its cover. */
  readonly imageUrl?: string | undefined;
}

/** What became of a planned item; `sent` is cms-service's answer, undefined for an item that was not sent. */
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

/**
 * Whether the same item need not be sent again: it is stored, and public if it may be, or it will never be otherwise
 * than it is.
 */
export function isSettled(item: PlannedItem, sent: EpisodeResult | undefined): boolean {
  if (!sent) return true;
  if (sent.outcome === 'failed') return false;
  if (!item.mayPublish || sent.published || item.known?.published) return true;
  // Unchanged, not published and nothing missing: it is public already, or an editor has taken it in hand.
  return sent.outcome === 'unchanged' && !sent.codes.some(isReadinessCode);
}

/** Whether a code names something that is missing before publication. */
export const isReadinessCode = (code: string): boolean => code.startsWith('readiness.');

const titleOf = ({ title = '' }: SourceItem): string => truncate(title, maximumTitle);
