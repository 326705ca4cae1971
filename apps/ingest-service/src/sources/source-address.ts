import { hostAndPort, isPublicAddress, parseSourceUrl } from '../fetching/address-guard.js';
import { FeedError } from '../fetching/feed-error.js';
import { isIP } from 'node:net';

/** Parameters that say where a visitor came from, and nothing about what is asked for. */
const TRACKING = /^(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|ref_src)$/i;
const LOCALHOST = /(?:^|\.)localhost\.?$/i;

/**
 * One spelling of an address, to find the source of a feed by: scheme and host in lower case, no default port, no
 * fragment, no tracking parameters, no slash at the end of the path. What is fetched is the address as it was given.
 */
export function addressKey(address: string): string {
  const url = new URL(address);
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);
  url.pathname = url.pathname.replace(/(?<=.)\/+$/, '');
  return url.href;
}

/**
 * Refuses at creation what can be known to be refused when it is fetched, without asking anybody: addresses written as
 * numbers, and this machine. Names are looked up only when they are fetched, for what they stand for may change.
 *
 * @throws FeedError
 */
export function requireAllowedAddress(address: string, allowedPrivate: ReadonlySet<string>): void {
  const url = parseSourceUrl(address);
  if (allowedPrivate.has(hostAndPort(url))) return;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (LOCALHOST.test(host) || (isIP(host) !== 0 && !isPublicAddress(host)))
    throw new FeedError('feed.private_address', 'This address is not on the public Internet');
}
