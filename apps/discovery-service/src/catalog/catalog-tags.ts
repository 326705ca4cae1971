import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import { categoryLine } from './catalog-keys.js';

/**
 * The cache tags of a change: `program:<id>` for pages that show the program or its episodes, `list:<category>` and
 * `list:all` for lists it may enter. A list it leaves contains it, and so already carries `program:<id>`.
 */
export function tagsOf(document: PublicDocument | Tombstone): string[] {
  if (document.kind === 'episode') return [`program:${document.programId}`];
  const categories = 'localizations' in document && document.category !== null ? categoryLine(document.category) : [];
  return [`program:${document.id}`, 'list:all', ...categories.map((category) => `list:${category}`)];
}
