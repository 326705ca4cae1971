import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import { categoryLine } from './catalog-keys.js';

/**
 * What cached answers are dropped by: `program:<id>` for all that shows the program or one of its episodes,
 * `list:<category>` and `list:all` for lists it may now belong to. A list it leaves shows it, and so carries its
 * `program:<id>`.
 */
export function tagsOf(document: PublicDocument | Tombstone): string[] {
  if (document.kind === 'episode') return [`program:${document.programId}`];
  const categories = 'localizations' in document && document.category !== null ? categoryLine(document.category) : [];
  return [`program:${document.id}`, 'list:all', ...categories.map((category) => `list:${category}`)];
}
