const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  copy: '©',
  reg: '®',
  trade: '™',
  middot: '·',
  bull: '•',
  shy: '\u00ad',
  zwnj: '\u200c',
  zwj: '\u200d',
  lrm: '\u200e',
  rlm: '\u200f',
};

/** Elements that separate words; all others are inline. */
const blocks: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header ' +
    'hr li main nav ol p pre section table td th tr ul'
  ).split(' '),
);

/** Escapes text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character]!);
}

/**
 * The plain text of an HTML fragment: without tags, comments, scripts and styles, entities decoded, white space
 * collapsed. Not a sanitiser: the result must be escaped before it is put into HTML. Takes linear time for any input.
 */
export function stripHtml(html: string): string {
  let text = '';
  let at = 0;
  const closed = new Finder(html);
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    const tag = findTag(html, open, closed);
    text += html.slice(at, open) + (tag === undefined ? '<' : tag.separates ? ' ' : '');
    at = tag === undefined ? open + 1 : tag.end;
  }
  return decodeEntities(text + html.slice(at))
    .replace(/\s+/g, ' ')
    .trim();
}

/** Decodes common named entities and all numeric ones; anything else stays. */
export function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g,
    (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) return Object.hasOwn(entities, name) ? entities[name]! : whole;
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)
        ? '\ufffd'
        : String.fromCodePoint(code);
    },
  );
}

function findTag(html: string, open: number, closed: Finder): { end: number; separates: boolean } | undefined {
  if (html.startsWith('<!--', open)) {
    const end = closed.after('-->', open + 4);
    return end === undefined ? undefined : { end, separates: false };
  }
  if (!/[a-zA-Z/!?]/.test(html[open + 1] ?? '')) return undefined;
  const name = /^<\/?([a-zA-Z][a-zA-Z0-9]{0,20})/.exec(html.slice(open, open + 24))?.[1]?.toLowerCase() ?? '';
  const end = closed.afterTag(open + 1);
  if (end === undefined) return undefined;
  if ((name === 'script' || name === 'style') && html[open + 1] !== '/') {
    const close = closed.after(`</${name}`, end);
    return { end: close === undefined ? html.length : (closed.afterTag(close) ?? html.length), separates: true };
  }
  return { end, separates: blocks.has(name) };
}

/** Remembers what is absent from the rest of the text, so that thousands of unclosed tags cost one pass. */
class Finder {
  private readonly html: string;
  private readonly lower: string;
  private readonly absent = new Set<string>();

  constructor(html: string) {
    this.html = html;
    this.lower = html.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  }

  /** The position after the next `mark`, which is in lower case. */
  after(mark: string, from: number): number | undefined {
    if (this.absent.has(mark)) return undefined;
    const at = this.lower.indexOf(mark, from);
    if (at >= 0) return at + mark.length;
    this.absent.add(mark);
    return undefined;
  }

  /** The position after the `>` that ends a tag. Ignores `>` in quotes, unless a quote is never closed. */
  afterTag(from: number): number | undefined {
    let quote: string | undefined;
    for (let at = from; at < this.html.length && !this.absent.has('quoted'); at++) {
      const character = this.html[at]!;
      if (quote !== undefined) quote = character === quote ? undefined : quote;
      else if (character === '>') return at + 1;
      else if ((character === '"' || character === "'") && this.html[at - 1] === '=') quote = character;
    }
    this.absent.add('quoted');
    return this.after('>', from);
  }
}
