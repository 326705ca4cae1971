import { lookup as lookupByOs } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from './address-guard.js';
import { FeedError } from './feed-error.js';

export interface LookedUpAddress {
  address: string;
  family: number;
}

export type Lookup = (hostname: string) => Promise<LookedUpAddress[]>;

/** Loopback names by definition (RFC 6761 §6.3), whatever DNS answers. */
const LOCALHOST = /(?:^|\.)localhost\.?$/i;

export const lookupAllAddresses: Lookup = (hostname) => lookupByOs(hostname, { all: true });

/**
 * A connector for undici that connects only to addresses it has checked. It resolves a name once and refuses it if any
 * address is not public. The socket gets the checked addresses, so a second DNS answer (DNS rebinding) has no effect.
 * Address literals, which skip the lookup, are checked too.
 * @param isAllowed whether `hostname:port` is a private address that an operator allows
 */
export function createGuardedConnector(options: {
  isAllowed: (hostAndPort: string) => boolean;
  lookup: Lookup;
  timeoutMs: number;
}): buildConnector.connector {
  return (target, callback) => {
    const port = target.port || (target.protocol === 'https:' ? '443' : '80');
    const urlHost = isIP(target.hostname) === 6 ? `[${target.hostname}]` : target.hostname;
    const guarded = !options.isAllowed(`${urlHost}:${port}`);

    findCheckedAddresses(target.hostname, guarded, options.lookup).then(
      (addresses) => {
        const connect = buildConnector({ timeout: options.timeoutMs, lookup: answerWith(addresses) });
        connect(target, callback);
      },
      (error: Error) => callback(error, null),
    );
  };
}

async function findCheckedAddresses(hostname: string, guarded: boolean, lookup: Lookup): Promise<LookedUpAddress[]> {
  const family = isIP(hostname);
  if (guarded && LOCALHOST.test(hostname)) throw privateAddress();
  const addresses = family === 0 ? await lookup(hostname) : [{ address: hostname, family }];
  if (guarded && !addresses.every(({ address }) => isPublicAddress(address))) {
    throw privateAddress();
  }
  return addresses;
}

function privateAddress(): FeedError {
  return new FeedError('feed.private_address', 'This address is not on the public Internet');
}

function answerWith(addresses: LookedUpAddress[]): LookupFunction {
  return (hostname, options, callback) => {
    const [first] = addresses;
    if (first === undefined) {
      callback(new Error(`${hostname} has no address`), '', 0);
    } else if (options.all === true) {
      callback(null, addresses);
    } else {
      callback(null, first.address, first.family);
    }
  };
}
