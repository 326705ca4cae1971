import { FEED_LIMITS } from './feed-limits.js';

/** The base address inside an element: its `xml:base`, resolved against the outer base. */
export function applyBase(base: string | undefined, xmlBase: string | undefined): string | undefined {
  if (xmlBase === undefined) return base;
  return resolveAddress(xmlBase, base) ?? base;
}

/** An absolute http or https address; undefined when the text is not one. */
export function resolveAddress(text: string | undefined, base: string | undefined): string | undefined {
  if (text === undefined || text === '' || text.length > FEED_LIMITS.urlLength || !URL.canParse(text, base))
    return undefined;
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  // URL parsers add a slash to a bare host; feeds mean the same address with or without it.
  return url.href === `${text}/` ? text : url.href;
}

const LINK_TARGET = /(<[a-z]+\s[^<>]*?\b(?:href|src)\s*=\s*)(?:"([^"<>]*)"|'([^'<>]*)')/gi;

/** Makes relative addresses in a description absolute, because the base is not stored. */
export function resolveLinks(html: string, base: string | undefined): string {
  if (base === undefined || !html.includes('<')) return html;
  return html.replace(LINK_TARGET, (all, before: string, double: string | undefined, single: string | undefined) => {
    const target = (double ?? single ?? '').trim();
    // An address with a scheme needs no base; the sanitiser decides whether it may stay.
    if (target === '' || target.startsWith('#') || /^[a-z][a-z0-9+.-]{0,30}:/i.test(target)) return all;
    const absolute = resolveAddress(target.replaceAll('&amp;', '&'), base);
    return absolute === undefined ? all : `${before}"${absolute.replaceAll('&', '&amp;')}"`;
  });
}
