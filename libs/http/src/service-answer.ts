import type { Readable } from 'node:stream';

/** Response headers that a gateway forwards. */
export const passedHeaders = [
  'content-type',
  'content-length',
  'content-range',
  'content-disposition',
  'content-language',
  'accept-ranges',
  'etag',
  'last-modified',
  'cache-control',
  'location',
  'retry-after',
  'vary',
  'x-content-type-options',
  'content-security-policy',
] as const;

export class ServiceAnswer {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    readonly body: Buffer | Readable,
    /** Base path of the service; the gateway replaces it in `Location`. */
    readonly base: string,
  ) {}
}
