/**
 * The address a client really comes from. Each trusted proxy appends the address it saw to `X-Forwarded-For`, so with
 * `n` of them the n-th from the right is the first that no client could have made up.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string | undefined {
  const seen = trustedProxies === 0 ? undefined : forwardedFor?.split(',').at(-trustedProxies)?.trim();
  return unmapped(seen || socketAddress)?.slice(0, 60);
}

/** An IPv4 client of an IPv6 socket is the same client. */
const unmapped = (address: string | undefined): string | undefined => address?.replace(/^::ffff:(?=\d+\.)/i, '');
