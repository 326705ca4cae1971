/** Short names of the namespaces that are read. Prefixes do not count, because each document chooses its own. */
const KNOWN: Record<string, string> = {
  'www.itunes.com/dtds/podcast-1.0.dtd': 'itunes',
  // The example of Apple's first specification, which feeds copied.
  'example.com/dtds/podcast-1.0.dtd': 'itunes',
  'podcastindex.org/namespace/1.0': 'podcast',
  'github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md': 'podcast',
  'purl.org/rss/1.0/modules/content': 'content',
  'www.w3.org/2005/atom': 'atom',
  'purl.org/atom/ns#': 'atom',
  'purl.org/dc/elements/1.0': 'dc',
  'purl.org/dc/elements/1.1': 'dc',
  'purl.org/dc/terms': 'dcterms',
  'search.yahoo.com/mrss': 'media',
  'www.w3.org/1999/02/22-rdf-syntax-ns#': 'rdf',
  'www.w3.org/xml/1998/namespace': 'xml',
  'www.w3.org/1999/xhtml': 'xhtml',
  // RSS has no namespace. Feeds that declare one use one of these.
  'purl.org/rss/1.0': '',
  'my.netscape.com/rdf/simple/0.9': '',
  'channel.netscape.com/rdf/simple/0.9': '',
  'backend.userland.com/rss': '',
  'backend.userland.com/rss2': '',
  'blogs.law.harvard.edu/tech/rss': '',
  'cyber.law.harvard.edu/rss/rss.html': '',
};

const BY_URI: ReadonlyMap<string, string> = new Map(Object.entries(KNOWN));

/** The short name of a namespace, or its URI. Feeds vary the scheme, case and trailing slash. */
export function namespaceKey(uri: string): string {
  const plain = uri
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '');
  return BY_URI.get(plain) ?? uri.trim();
}
