import { createHmac, timingSafeEqual } from 'node:crypto';
import { cutPage, invalid, type Page } from '@mediamesh/contracts';

export type CursorPosition = readonly (string | number | null)[];

/**
 * Opaque cursors, signed against edits and bound to a list: `scope` names its endpoint, filters and sort order. The
 * first secret signs and all verify, so that secrets can be rotated.
 */
export class Cursors {
  constructor(private readonly secrets: readonly [string, ...string[]]) {}

  write(scope: readonly unknown[], position: CursorPosition): string {
    const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
    return `${payload}.${sign(this.secrets[0], scope, payload)}`;
  }

  /** Undefined without a cursor. @throws Refusal 422 `cursor.invalid` for a foreign or edited one */
  read(scope: readonly unknown[], cursor: string | undefined): CursorPosition | undefined {
    if (cursor === undefined) return undefined;
    const [payload = '', signature = '', ...rest] = cursor.split('.');
    const genuine = rest.length === 0 && this.secrets.some((secret) => equal(signature, sign(secret, scope, payload)));
    if (!genuine) throw invalid({ pointer: '/query/cursor', code: 'cursor.invalid' });
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as CursorPosition;
  }

  /**
   * One page of a list sorted by one key. `read` gets the key of the last row before the page (undefined for the first
   * page) and `limit` plus one, to detect a next page.
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

/** 128 bits suffice, because a cursor grants no access. */
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
