import { Parser } from 'htmlparser2';
import { FeedError } from '../../fetching/feed-error.js';
import { passDoctype } from './doctype.js';
import { FEED_LIMITS } from './feed-limits.js';
import { decodeReferences } from './html-entities.js';
import { namespaceKey } from './namespaces.js';

/** Names are in lower case, because feeds vary it and no format distinguishes names by case. */
export interface XmlElement {
  /** The short name of a known namespace (`itunes`), '' for none, or the URI. */
  namespace: string;
  name: string;
  /** By name, or by `namespace:name` where the attribute has a prefix. */
  attributes: ReadonlyMap<string, string>;
  children: (XmlElement | string)[];
  /** Whether the document ended, or reading stopped, before the closing tag. */
  isCut: boolean;
}

export interface XmlDocument {
  root: XmlElement | undefined;
  /** Faults that were tolerated. */
  faults: ReadonlySet<XmlFault>;
}

export type XmlFault =
  'cut' | 'too_many_elements' | 'mismatched_tag' | 'stray_markup' | 'after_root' | 'undeclared_prefix';

interface OpenElement {
  element: XmlElement;
  prefixes: ReadonlyMap<string, string>;
  /** Index where its opening tag ends. */
  openedAt: number;
}

const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['xml', 'xml'],
  ['xmlns', 'xmlns'],
  ['', ''],
]);

/**
 * Parses feed XML leniently: it repairs what a strict parser refuses where the meaning is clear, and reports a fault. A
 * closing tag also closes unclosed elements inside it, an unmatched one is ignored, and a cut document keeps what came
 * before. It skips document type declarations and never expands entities. A text that uses a declared entity is
 * refused, because its meaning is unknown.
 * @throws FeedError `feed.too_complex` beyond the limits of depth, attributes and names, or for declared entities
 */
export function readXml(text: string): XmlDocument {
  return new XmlTree().read(text.replaceAll(/\r\n?/g, '\n'));
}

class XmlTree {
  private root: XmlElement | undefined;
  private elementCount = 0;
  private attributeCount = 0;
  private isInCData = false;
  private hasEnded = false;
  /** Needed because the tokeniser finishes the current tag before it pauses. */
  private isStopped = false;
  private readonly open: OpenElement[] = [];
  private readonly faults = new Set<XmlFault>();
  private readonly ownEntities = new Set<string>();

  read(text: string): XmlDocument {
    let rest: string | undefined = text;
    while (rest !== undefined) rest = this.readUntilDoctype(rest);
    if (this.open.length > 0) this.faults.add('cut');
    for (const { element } of this.open) element.isCut = true;
    return { root: this.root, faults: this.faults };
  }

  /** Returns the text after the next document type declaration: the tokeniser cannot parse internal subsets. */
  private readUntilDoctype(text: string): string | undefined {
    let rest: string | undefined;
    const parser = new Parser(
      {
        onopentagname: (name) => this.startTag(name, parser),
        onattribute: (name, _value, quote) => this.checkAttribute(name, quote),
        onopentag: (name, attributes) => this.openElement(name, attributes, parser),
        onclosetag: (_name, isImplied) =>
          this.closeElement(isImplied && this.open.at(-1)?.openedAt !== parser.endIndex),
        ontext: (data) => this.addText(data, parser),
        oncdatastart: () => void (this.isInCData = true),
        oncdataend: () => void (this.isInCData = false),
        onprocessinginstruction: (name) => {
          if (name.toLowerCase() !== '!doctype') return;
          const { end, entities } = passDoctype(text, parser.startIndex);
          for (const entity of entities) this.ownEntities.add(entity);
          rest = text.slice(end);
          parser.pause();
        },
      },
      { xmlMode: true, decodeEntities: false },
    );
    parser.write(text);
    this.hasEnded = rest === undefined;
    if (this.hasEnded) parser.end();
    return rest;
  }

  private startTag(name: string, parser: Parser): void {
    requireShort(name);
    this.attributeCount = 0;
    if (this.open.length === 0 && this.root !== undefined) this.stop('after_root', parser);
    else if (++this.elementCount > FEED_LIMITS.elements) this.stop('too_many_elements', parser);
    else if (this.open.length >= FEED_LIMITS.depth)
      throw new FeedError('feed.too_complex', `More than ${FEED_LIMITS.depth} elements lie inside each other`);
  }

  private checkAttribute(name: string, quote: string | null | undefined): void {
    requireShort(name);
    if (++this.attributeCount > FEED_LIMITS.attributes)
      throw new FeedError('feed.too_complex', `An element has more than ${FEED_LIMITS.attributes} attributes`);
    if (quote !== '"' && quote !== "'") this.faults.add('stray_markup');
  }

  private openElement(tag: string, attributes: Record<string, string>, parser: Parser): void {
    if (this.isStopped) return;
    const raw = Object.entries(attributes).map(([name, value]): [string, string] => [name, this.decode(value)]);
    const prefixes = this.declarePrefixes(raw);
    const { namespace, name } = this.resolve(tag, prefixes, true);
    const resolved = new Map<string, string>();
    for (const [attribute, value] of raw) {
      const own = this.resolve(attribute, prefixes, false);
      if (own.namespace !== 'xmlns')
        resolved.set(own.namespace === '' ? own.name : `${own.namespace}:${own.name}`, value);
    }
    const element: XmlElement = { namespace, name, attributes: resolved, children: [], isCut: false };
    this.open.at(-1)?.element.children.push(element);
    this.root ??= element;
    this.open.push({ element, prefixes, openedAt: parser.endIndex });
  }

  private closeElement(isMended: boolean): void {
    if (this.hasEnded) return;
    if (isMended) this.faults.add('mismatched_tag');
    this.open.pop();
  }

  private addText(data: string, parser: Parser): void {
    const parent = this.open.at(-1)?.element;
    if (!this.isInCData && data.startsWith('<')) this.faults.add('stray_markup');
    if (parent !== undefined) parent.children.push(this.isInCData ? data : this.decode(data));
    else if (this.root !== undefined && data.trim() !== '') this.stop('after_root', parser);
  }

  private stop(fault: XmlFault, parser: Parser): void {
    this.faults.add(fault);
    this.isStopped = true;
    parser.pause();
  }

  private declarePrefixes(attributes: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
    const inherited = this.open.at(-1)?.prefixes ?? PREDEFINED;
    let own: Map<string, string> | undefined;
    for (const [name, value] of attributes) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      own ??= new Map(inherited);
      own.set(name.slice(6), namespaceKey(value));
    }
    return own ?? inherited;
  }

  private resolve(
    name: string,
    prefixes: ReadonlyMap<string, string>,
    isElement: boolean,
  ): { namespace: string; name: string } {
    const colon = name.indexOf(':');
    if (colon === -1)
      return { namespace: name === 'xmlns' ? 'xmlns' : isElement ? prefixes.get('')! : '', name: name.toLowerCase() };
    const prefix = name.slice(0, colon);
    const namespace = prefixes.get(prefix);
    if (namespace === undefined) this.faults.add('undeclared_prefix');
    return { namespace: namespace ?? `undeclared:${prefix}`, name: name.slice(colon + 1).toLowerCase() };
  }

  private decode(text: string): string {
    return decodeReferences(text, (name) => {
      if (this.ownEntities.has(name))
        throw new FeedError('feed.too_complex', 'The document uses entities of its own, which are not expanded');
    });
  }
}

function requireShort(name: string): void {
  if (name.length > FEED_LIMITS.nameLength)
    throw new FeedError('feed.too_complex', 'The document has names that are too long');
}
