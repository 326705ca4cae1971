export { fold } from './fold.js';
export type { Script } from './words.js';
export {
  analyze,
  analyzeQuery,
  createStemmer,
  normalizeTitle,
  splitGrams,
  type Stemmer,
  type Token,
  tokenize,
} from './tokens.js';
export { isStopWord } from './stop-words.js';
export { findHighlightTerms, highlight } from './highlight.js';
export { decodeSlug, foldSlug, isReservedSlug, isSlug, numberSlug, slugify } from './slug.js';
export { canonicalLanguage, direction, lookupLanguage, parseAcceptLanguage } from './language.js';
export { decodeEntities, escapeHtml, stripHtml } from './html.js';
export { foldDigits, hasForbiddenCharacters, plainText, removeForbiddenCharacters, truncate } from './plain-text.js';
export { formatNumber, type Numerals, pluralize } from './plural.js';
export { highlightTyped, readTyped, type TypedWords, withoutArticle, wordKeys } from './beginnings.js';
export { editDistance } from './edit-distance.js';
export { isUuid } from './uuid.js';
