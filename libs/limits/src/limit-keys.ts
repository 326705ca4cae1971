import { callerLabel, type Caller } from '@mediamesh/contracts';
import { normaliseEmail } from '@mediamesh/security';
import ipaddr from 'ipaddr.js';
import type { LimitSubject } from './limit-policy.js';

/** A request to count. `body` is parsed JSON that was not validated yet. */
export interface LimitedRequest {
  readonly caller: Caller;
  readonly address: string | undefined;
  readonly body: unknown;
}

export function keyOf(subject: LimitSubject, { caller, address, body }: LimitedRequest): string | undefined {
  if (subject === 'account') return accountKey(body);
  if (subject === 'caller' && caller.kind !== 'anonymous') return callerLabel(caller);
  return `address:${network(address)}`;
}

/** The account of a login, by its normalised e-mail address. A text that is no address has no account. */
function accountKey(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('email' in body) || typeof body.email !== 'string')
    return undefined;
  const email = normaliseEmail(body.email);
  return email === undefined ? undefined : `account:${email}`;
}

/** An IPv4 address in any form, or the /64 network that one IPv6 customer gets. */
function network(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? parsed.toString()
    : `${Buffer.from(parsed.toByteArray().slice(0, 8)).toString('hex')}/64`;
}
