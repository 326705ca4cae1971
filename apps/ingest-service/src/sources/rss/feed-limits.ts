/** How much of a feed is read. What lies beyond a limit is left out with a warning, or fails the feed where noted. */
export const FEED_LIMITS = {
  /** Items of one document; the rest are left out. */
  items: 10_000,
  /** Elements of one document; reading stops there as if the document were cut. */
  elements: 500_000,
  /** Elements inside each other; more fail the feed. */
  depth: 100,
  /** Attributes of one element; more fail the feed. */
  attributes: 200,
  /** Characters of an element's or attribute's name; more fail the feed. */
  nameLength: 200,
  /** Characters of a title or a name. */
  titleLength: 1_000,
  /** Characters of a description, before sanitising. */
  descriptionLength: 100_000,
  /** Characters of an address; a longer one is dropped. */
  urlLength: 4_000,
  /** Characters of an identifier. */
  guidLength: 20_000,
  /** Categories of a feed or an item, and the characters of one. */
  categories: 50,
  categoryLength: 200,
  /** People of a feed or an item. */
  people: 100,
  /** Enclosures of an item that are looked at. */
  enclosures: 50,
} as const;

/** A duration above a week is a mistake of the feed, usually bytes. */
export const MAX_DURATION_SECONDS = 7 * 24 * 60 * 60;
