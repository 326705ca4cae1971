/**
 * How much of a feed is read. Lengths are in characters. Beyond `depth`, `attributes` or `nameLength` the feed fails
 * with `feed.too_complex`. Beyond `elements` reading stops, as if the document were cut. Longer titles and descriptions
 * (before sanitising) are cut. Longer addresses, identifiers and categories are dropped. Further items, categories,
 * people and enclosures are ignored.
 */
export const FEED_LIMITS = {
  items: 10_000,
  elements: 500_000,
  depth: 100,
  attributes: 200,
  nameLength: 200,
  titleLength: 1_000,
  descriptionLength: 100_000,
  urlLength: 4_000,
  guidLength: 20_000,
  categories: 50,
  categoryLength: 200,
  people: 100,
  enclosures: 50,
} as const;

/** A longer duration is a mistake of the feed, usually a size in bytes. */
export const MAX_DURATION_SECONDS = 7 * 24 * 60 * 60;
