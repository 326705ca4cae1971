/**
 * Each trusted proxy appends the address it saw to `X-Forwarded-For`. With `n` proxies the n-th from the right is the
 * last address that a client cannot forge.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string | undefined {
  const seen = trustedProxies === 0 ? undefined : forwardedFor?.split(',').at(-trustedProxies)?.trim();
  return unmapped(seen || socketAddress)?.slice(0, 60);
}

/** An IPv4 client of an IPv6 socket has an IPv4-mapped address. */
const unmapped = (address: string | undefined): string | undefined => address?.replace(/^::ffff:(?=\d+\.)/i, '');
