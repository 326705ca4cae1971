import { hostAndPort, isPublicAddress, parseSourceUrl } from '../fetching/address-guard.js';
import { FeedError } from '../fetching/feed-error.js';
import { isIP } from 'node:net';

/** Query parameters that do not change the content. */
const TRACKING = /^(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|ref_src)$/i;
const LOCALHOST = /(?:^|\.)localhost\.?$/i;

/**
 * Normalises an address to find duplicates: scheme and host in lower case, no default port, fragment, tracking
 * parameters or trailing slash. The feed is fetched at the original address.
 */
export function addressKey(address: string): string {
  const url = new URL(address);
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);
  url.pathname = url.pathname.replace(/(?<=.)\/+$/, '');
  return url.href;
}

/**
 * Refuses address literals and loopback names when a source is created. Other names are resolved only when fetched,
 * because DNS may change.
 * @throws FeedError
 */
export function requireAllowedAddress(address: string, allowedPrivate: ReadonlySet<string>): void {
  const url = parseSourceUrl(address);
  if (allowedPrivate.has(hostAndPort(url))) return;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (LOCALHOST.test(host) || (isIP(host) !== 0 && !isPublicAddress(host)))
    throw new FeedError('feed.private_address', 'This address is not on the public Internet');
}
