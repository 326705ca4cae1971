import ipaddr from 'ipaddr.js';
import { FeedError } from './feed-error.js';

/** IPv6 addresses that belong to the public Internet all lie in 2000::/3 (RFC 4291 §2.4, IANA registry). */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * Whether an address, in any spelling of its family, belongs to the public Internet. Addresses that carry another one
 * inside (IPv4-mapped, NAT64, 6to4, Teredo, IPv4-compatible) are never public, save the mapped form of a public IPv4.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST);
}

/** `host:port` as the allow-list writes it: the URL's own host, with the scheme's port where none is given. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}

/**
 * Reads the address of a source as a person entered it.
 *
 * @throws FeedError `feed.url_invalid` for anything but http and https, and for control characters, blanks and
 * backslashes, which parsers read differently; `feed.credentials_in_url` for a user name or a password.
 */
export function parseSourceUrl(text: string): URL {
  const trimmed = text.trim();
  if (/[\u0000-\u0020\u007f\\]/.test(trimmed) || !URL.canParse(trimmed)) {
    throw new FeedError('feed.url_invalid', 'This is not a web address');
  }
  return requireWebUrl(new URL(trimmed));
}

/** The rules for every address that is fetched, redirects included. The URL checked is the URL fetched. */
export function requireWebUrl(url: URL): URL {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new FeedError('feed.url_invalid', 'Only http and https addresses can be fetched');
  }
  if (url.username !== '' || url.password !== '') {
    throw new FeedError('feed.credentials_in_url', 'An address must not hold a user name or a password');
  }
  return url;
}
