import { domainToASCII } from 'node:url';

const longestAddress = 320;
const longestLocalPart = 64;
const longestDomain = 253;

/** RFC 5322's `atext` and RFC 6531's `UTF8-non-ascii`; beyond ASCII only letters, marks and digits of any script. */
const dotAtom = /^[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+)*$/u;
const quoted = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"$/;
const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;

/**
 * The normal form of an account's e-mail address: trimmed, in NFKC and lower case, with the domain in ASCII (UTS 46).
 * `undefined` if it is no address. Valid are RFC 5321 mailboxes, with letters of any script (RFC 6531) and quoted local
 * parts, without address literals and comments. A domain must not end in a label of digits only (RFC 3696).
 */
export function normaliseEmail(text: string): string | undefined {
  if (text.length > longestAddress) return undefined;
  const address = text.trim().normalize('NFKC').toLowerCase();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(at, 0));
  const domain = asciiDomain(address.slice(at + 1));
  if (domain === undefined || Buffer.byteLength(local) > longestLocalPart) return undefined;
  return dotAtom.test(local) || quoted.test(local) ? `${local}@${domain}` : undefined;
}

function asciiDomain(domain: string): string | undefined {
  const ascii = domainToASCII(domain);
  const labels = ascii.split('.');
  const isDomain =
    ascii.length <= longestDomain && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '');
  return isDomain ? ascii : undefined;
}
