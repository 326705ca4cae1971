import { escapeHtml, removeForbiddenCharacters } from '@mediamesh/text';
import type { XmlElement } from './xml-reader.js';

export function findAll(parent: XmlElement | undefined, namespace: string, name: string): XmlElement[] {
  return (parent?.children ?? []).filter(
    (child): child is XmlElement => typeof child !== 'string' && child.namespace === namespace && child.name === name,
  );
}

export function findFirst(parent: XmlElement | undefined, namespace: string, name: string): XmlElement | undefined {
  return findAll(parent, namespace, name)[0];
}

/** All text inside an element, without markup and without characters that XML forbids. */
export function readText(element: XmlElement | undefined): string {
  return element === undefined ? '' : removeForbiddenCharacters(collectText(element)).trim();
}

export function firstText(...elements: (XmlElement | undefined)[]): string | undefined {
  for (const element of elements) {
    const text = readText(element);
    if (text !== '') return text;
  }
  return undefined;
}

export function readAttribute(element: XmlElement | undefined, name: string): string | undefined {
  const value = element?.attributes.get(name);
  return value === undefined ? undefined : removeForbiddenCharacters(value).trim() || undefined;
}

/** The content of an element as HTML: its escaped markup, or its child elements. */
export function readMarkup(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  const hasElements = element.children.some((child) => typeof child !== 'string');
  return removeForbiddenCharacters(hasElements ? writeChildren(element) : collectText(element)).trim();
}

function collectText(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : collectText(child))).join('');
}

/** The markup inside an element with its texts escaped, for XHTML. */
export function writeMarkup(element: XmlElement): string {
  return removeForbiddenCharacters(writeChildren(element)).trim();
}

function writeChildren(element: XmlElement): string {
  return element.children
    .map((child) => (typeof child === 'string' ? escapeHtml(child) : writeElement(child)))
    .join('');
}

function writeElement(element: XmlElement): string {
  const attributes = [...element.attributes]
    .filter(([name]) => !name.includes(':'))
    .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    .join('');
  const start = `<${element.name}${attributes}`;
  return element.children.length === 0 ? `${start} />` : `${start}>${writeChildren(element)}</${element.name}>`;
}
