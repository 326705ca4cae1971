import { createHmac, timingSafeEqual } from 'node:crypto';
import { cutPage, invalid, type Page } from '@mediamesh/contracts';

export type CursorPosition = readonly (string | number | null)[];

/**
 * Opaque places in a list, signed so that they cannot be edited, and bound to the list they came from: `scope` names
 * the endpoint, its filters and its sort. The first secret signs, all verify, so that secrets can be changed without
 * breaking pages under way.
 */
export class Cursors {
  constructor(private readonly secrets: readonly [string, ...string[]]) {}

  write(scope: readonly unknown[], position: CursorPosition): string {
    const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
    return `${payload}.${sign(this.secrets[0], scope, payload)}`;
  }

  /** The position of a cursor; a foreign or edited one is a 422 with `cursor.invalid`. No cursor, no position. */
  read(scope: readonly unknown[], cursor: string | undefined): CursorPosition | undefined {
    if (cursor === undefined) return undefined;
    const [payload = '', signature = '', ...rest] = cursor.split('.');
    const genuine = rest.length === 0 && this.secrets.some((secret) => equal(signature, sign(secret, scope, payload)));
    if (!genuine) throw invalid({ pointer: '/query/cursor', code: 'cursor.invalid' });
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as CursorPosition;
  }

  /**
   * One page of a list that is sorted by one key. `read` gets the key of the last row before the page, `undefined` on
   * the first page, and how many rows to read: one more than the page shows, to tell whether another follows.
   */
  async page<T, K extends string | number>(
    scope: readonly unknown[],
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
    read: (after: K | undefined, limit: number) => Promise<readonly T[]>,
    keyOf: (row: T) => K,
  ): Promise<Page<T>> {
    const [after] = this.read(scope, cursor) ?? [];
    const { items, last } = cutPage(await read(after as K | undefined, limit + 1), limit);
    return { items, next: last === undefined ? null : this.write(scope, [keyOf(last)]) };
  }
}

/** 128 bits are enough for something that only saves a list's place. */
const sign = (secret: string, scope: readonly unknown[], payload: string): string =>
  createHmac('sha256', secret)
    .update(JSON.stringify(scope))
    .update('\0')
    .update(payload)
    .digest()
    .subarray(0, 16)
    .toString('base64url');

function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
