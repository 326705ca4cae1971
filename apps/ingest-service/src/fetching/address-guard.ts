import ipaddr from 'ipaddr.js';
import { FeedError } from './feed-error.js';

/** All public IPv6 addresses are in 2000::/3 (RFC 4291 §2.4, IANA registry). */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * Whether an address, in any spelling, is on the public Internet. An address that embeds another one (NAT64, 6to4,
 * Teredo, IPv4-compatible) is never public; an IPv4-mapped one counts as its IPv4 address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST);
}

/** `host:port` as the allow-list spells it, with the scheme's port where the URL has none. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}

/**
 * Parses the address of a source as an editor entered it.
 * @throws FeedError `feed.url_invalid` unless http or https, and for characters that URL parsers read differently
 * (blanks, backslashes, control characters); `feed.credentials_in_url` for a user name or a password
 */
export function parseSourceUrl(text: string): URL {
  const trimmed = text.trim();
  if (/[\u0000-\u0020\u007f\\]/.test(trimmed) || !URL.canParse(trimmed)) {
    throw new FeedError('feed.url_invalid', 'This is not a web address');
  }
  return requireWebUrl(new URL(trimmed));
}

/** Checks the scheme and the credentials of every URL that is fetched, redirects included. */
export function requireWebUrl(url: URL): URL {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new FeedError('feed.url_invalid', 'Only http and https addresses can be fetched');
  }
  if (url.username !== '' || url.password !== '') {
    throw new FeedError('feed.credentials_in_url', 'An address must not hold a user name or a password');
  }
  return url;
}
