import { domainToASCII } from 'node:url';

const longestAddress = 320;
const longestLocalPart = 64;
const longestDomain = 253;

/**
 * RFC 5322's `atext` and RFC 6531's `UTF8-non-ascii`: letters, marks and digits of any script, no signs or spaces
 * beyond ASCII.
 */
const dotAtom = /^[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+)*$/u;
const quoted = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"$/;
const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;

/**
 * The one spelling of an e-mail address by which an account is known: without blanks around it, in NFKC and lower case,
 * the domain in ASCII (UTS 46). `undefined` for a text that is no address: RFC 5321's mailbox, with RFC 6531's letters
 * of any script and quoted local parts, without address literals and comments. A final label of digits alone is no
 * domain (RFC 3696).
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
