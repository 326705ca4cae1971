/** `path` is relative to the API's base. The query string is kept. */
export class Redirect {
  constructor(
    readonly path: string,
    readonly status: 301 | 302 = 301,
  ) {}
}
