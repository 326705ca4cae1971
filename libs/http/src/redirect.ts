/**
 * An answer that says where the thing is now; the path is below the API's base, or absolute. The query string is kept.
 */
export class Redirect {
  constructor(
    readonly path: string,
    readonly status: 301 | 302 = 301,
  ) {}
}
