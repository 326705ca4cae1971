import { maximumImportBatch } from '@mediamesh/contracts';
import { hashContent } from '../items/content-hash.js';
import type { IdentifiedItem } from '../items/identity.js';
import type { StoredItem } from '../items/items.repository.js';
import type { SourceProgram } from '../sources/source-content.js';
import { toEpisodeContent } from './episode-content.js';
import type { Draft } from './fit-content.js';
import { distinct, warningsOf } from './warning-codes.js';

export interface PlannedItem {
  readonly identified: IdentifiedItem;
  readonly key: string;
  readonly contentHash: string;
  readonly known: StoredItem | undefined;
  /** Whether to publish it as soon as it is ready. */
  readonly mayPublish: boolean;
  content: Draft | undefined;
  codes: string[];
}

/** Characters of JSON in one batch, well below the body limit of cms-service. */
const maximumBatchSize = 4_000_000;
/** Items recorded in one transaction when none of them is sent. */
const maximumRecords = 1_000;

/** In the order of the source. */
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

/** Whether an item can be skipped: it is unchanged and does not wait for publication. */
const needsNothing = ({ known, contentHash, mayPublish }: PlannedItem): boolean =>
  known !== undefined && known.contentHash === contentHash && (known.settled || !mayPublish || known.published);

/** Splits items into batches, and maps the content of those to be sent. */
export function* batchesOf(
  items: readonly PlannedItem[],
  language: string,
  program: Pick<SourceProgram, 'author'>,
): Generator<PlannedItem[]> {
  let batch: PlannedItem[] = [];
  let sent = 0;
  let size = 0;
  for (const item of items) {
    if (!needsNothing(item)) {
      const { content, codes } = toEpisodeContent(item.identified.item, language, program);
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
