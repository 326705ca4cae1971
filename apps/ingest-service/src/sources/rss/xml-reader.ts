import { FeedError } from '../../fetching/feed-error.js';
import { passDoctype } from './doctype.js';
import { FEED_LIMITS } from './feed-limits.js';
import { decodeReferences } from './html-entities.js';
import { namespaceKey } from './namespaces.js';

/** An element with its namespace resolved. Names are in lower case: feeds differ in case, no format tells names apart by it. */
export interface XmlElement {
  /** The short name of a known namespace (`itunes`), '' for none, or the URI itself. */
  namespace: string;
  name: string;
  /** By name, or by `namespace:name` where the attribute has a prefix. */
  attributes: ReadonlyMap<string, string>;
  /** Elements and decoded texts in their order. */
  children: (XmlElement | string)[];
  /** Whether the document ended, or reading stopped, before the element was closed. */
  isCut: boolean;
}

export interface XmlDocument {
  root: XmlElement | undefined;
  /** What was wrong with the document and was read all the same, each once. */
  faults: ReadonlySet<XmlFault>;
}

export type XmlFault = 'cut' | 'too_many_elements' | 'mismatched_tag' | 'stray_markup' | 'after_root' | 'undeclared_prefix';

interface OpenElement {
  element: XmlElement;
  tag: string;
  prefixes: ReadonlyMap<string, string>;
}

const PREDEFINED: ReadonlyMap<string, string> = new Map([['xml', 'xml'], ['xmlns', 'xmlns'], ['', '']]);
const NAME = /[^\s/>=<"']+/y;
const UNQUOTED = /[^\s>"']+/y;
const SPACE = /\s*/y;

/**
 * Reads feed XML as it is found in the world. What a strict parser refuses is mended where the meaning is clear, and told
 * as a fault: a closing tag also closes what was left open inside, one that fits nothing is passed over, a document cut
 * anywhere keeps what came before. Document type declarations are passed over and their entities never expanded; a text
 * that uses one is refused, for its true meaning is not known. One pass, every character looked at a fixed number of times.
 *
 * @throws FeedError `feed.too_complex` beyond the limits of depth, attributes and names, or at entities of its own
 */
export function readXml(text: string): XmlDocument {
  return new XmlReader(text.replaceAll(/\r\n?/g, '\n')).read();
}

class XmlReader {
  private readonly text: string;
  private position = 0;
  private root: XmlElement | undefined;
  private elementCount = 0;
  private readonly open: OpenElement[] = [];
  private readonly faults = new Set<XmlFault>();
  private readonly ownEntities = new Set<string>();

  constructor(text: string) {
    this.text = text;
  }

  read(): XmlDocument {
    while (this.position < this.text.length && !this.faults.has('cut') && !this.faults.has('after_root')) {
      const markup = this.text.indexOf('<', this.position);
      const end = markup === -1 ? this.text.length : markup;
      if (end > this.position) this.addText(this.decode(this.text.slice(this.position, end)));
      this.position = end;
      if (markup !== -1) this.readMarkup();
    }
    if (this.open.length > 0) this.faults.add('cut');
    for (const { element } of this.open) element.isCut = true;
    return { root: this.root, faults: this.faults };
  }

  private readMarkup(): void {
    const next = this.text[this.position + 1] ?? '';
    if (this.text.startsWith('<!--', this.position)) this.skipPast('-->', 4);
    else if (this.text.startsWith('<![CDATA[', this.position)) this.readCData();
    else if (this.text.slice(this.position, this.position + 9).toUpperCase() === '<!DOCTYPE') this.skipDoctype();
    else if (next === '?') this.skipPast('?>', 2);
    else if (next === '/') this.readClosingTag();
    else if (/[\p{L}_]/u.test(next)) this.readOpeningTag();
    else {
      // A `<` that opens nothing was meant as text.
      this.faults.add('stray_markup');
      this.addText('<');
      this.position += 1;
    }
  }

  private readCData(): void {
    const start = this.position + 9;
    const end = this.text.indexOf(']]>', start);
    if (end === -1) return this.cut();
    this.addText(this.text.slice(start, end));
    this.position = end + 3;
  }

  private readClosingTag(): void {
    const end = this.text.indexOf('>', this.position);
    if (end === -1) return this.cut();
    const tag = this.text.slice(this.position + 2, end).trim();
    this.position = end + 1;
    const index = this.open.findLastIndex((candidate) => candidate.tag === tag);
    if (index !== this.open.length - 1 || index === -1) this.faults.add('mismatched_tag');
    if (index !== -1) this.open.length = index;
  }

  private readOpeningTag(): void {
    if (this.open.length === 0 && this.root !== undefined) {
      this.faults.add('after_root');
      return;
    }
    this.position += 1;
    const tag = this.readName();
    const raw = this.readAttributes();
    if (raw === undefined) return this.cut();
    if (++this.elementCount > FEED_LIMITS.elements) {
      this.faults.add('too_many_elements');
      return this.cut();
    }
    const prefixes = this.declarePrefixes(raw);
    const { namespace, name } = this.resolve(tag, prefixes, true);
    const attributes = new Map<string, string>();
    for (const [attribute, value] of raw) {
      const resolved = this.resolve(attribute, prefixes, false);
      if (resolved.namespace !== 'xmlns') attributes.set(resolved.namespace === '' ? resolved.name : `${resolved.namespace}:${resolved.name}`, value);
    }
    const element: XmlElement = { namespace, name, attributes, children: [], isCut: false };
    this.open.at(-1)?.element.children.push(element);
    this.root ??= element;

    const isEmpty = this.text[this.position] === '/';
    this.position += isEmpty ? 2 : this.text[this.position] === '>' ? 1 : 0;
    if (isEmpty) return;
    if (this.open.length >= FEED_LIMITS.depth) throw new FeedError('feed.too_complex', `More than ${FEED_LIMITS.depth} elements lie inside each other`);
    this.open.push({ element, tag, prefixes });
  }

  /** Leaves the position at `>` or at the `/` of `/>`; undefined when the text ends before. */
  private readAttributes(): Map<string, string> | undefined {
    const attributes = new Map<string, string>();
    let count = 0;
    for (;;) {
      this.skipSpace();
      const next = this.text[this.position];
      if (next === undefined) return undefined;
      if (next === '>' || (next === '/' && this.text[this.position + 1] === '>')) return attributes;
      if (next === '<') {
        // The tag was never closed: the next one begins here.
        this.faults.add('stray_markup');
        return attributes;
      }
      if (/[/="']/.test(next)) {
        this.faults.add('stray_markup');
        this.position += 1;
        continue;
      }
      const name = this.readName();
      const value = this.readAttributeValue();
      if (value === undefined) return undefined;
      if (++count > FEED_LIMITS.attributes) throw new FeedError('feed.too_complex', `An element has more than ${FEED_LIMITS.attributes} attributes`);
      if (!attributes.has(name)) attributes.set(name, value);
    }
  }

  private readAttributeValue(): string | undefined {
    this.skipSpace();
    if (this.text[this.position] !== '=') return '';
    this.position += 1;
    this.skipSpace();
    const quote = this.text[this.position];
    if (quote !== '"' && quote !== "'") {
      this.faults.add('stray_markup');
      return this.text[this.position] === '>' ? '' : this.decode(this.match(UNQUOTED));
    }
    const end = this.text.indexOf(quote, this.position + 1);
    if (end === -1) return undefined;
    const value = this.decode(this.text.slice(this.position + 1, end));
    this.position = end + 1;
    return value;
  }

  private readName(): string {
    const name = this.match(NAME);
    if (name.length > FEED_LIMITS.nameLength) throw new FeedError('feed.too_complex', 'The document has names that are too long');
    return name;
  }

  private declarePrefixes(attributes: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const inherited = this.open.at(-1)?.prefixes ?? PREDEFINED;
    let own: Map<string, string> | undefined;
    for (const [name, value] of attributes) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      own ??= new Map(inherited);
      own.set(name.slice(6), namespaceKey(value));
    }
    return own ?? inherited;
  }

  private resolve(name: string, prefixes: ReadonlyMap<string, string>, isElement: boolean): { namespace: string; name: string } {
    const colon = name.indexOf(':');
    if (colon === -1) return { namespace: name === 'xmlns' ? 'xmlns' : isElement ? prefixes.get('')! : '', name: name.toLowerCase() };
    const prefix = name.slice(0, colon);
    const namespace = prefixes.get(prefix);
    if (namespace === undefined) this.faults.add('undeclared_prefix');
    return { namespace: namespace ?? `undeclared:${prefix}`, name: name.slice(colon + 1).toLowerCase() };
  }

  private skipDoctype(): void {
    const { end, entities } = passDoctype(this.text, this.position);
    for (const name of entities) this.ownEntities.add(name);
    this.position = end;
  }

  private decode(text: string): string {
    return decodeReferences(text, (name) => {
      if (this.ownEntities.has(name)) throw new FeedError('feed.too_complex', 'The document uses entities of its own, which are not expanded');
    });
  }

  private addText(text: string): void {
    const parent = this.open.at(-1)?.element;
    if (parent !== undefined) parent.children.push(text);
    else if (this.root !== undefined && text.trim() !== '') this.faults.add('after_root');
  }

  private skipPast(end: string, from: number): void {
    const at = this.text.indexOf(end, this.position + from);
    if (at === -1) this.cut();
    else this.position = at + end.length;
  }

  private skipSpace(): void {
    this.match(SPACE);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.position;
    const [found] = pattern.exec(this.text) ?? [''];
    this.position += found.length;
    return found;
  }

  private cut(): void {
    this.faults.add('cut');
    this.position = this.text.length;
  }
}
