import type { Readable } from 'node:stream';

/** Headers of a service's answer that a gateway passes on. */
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

/** A service's answer as it came, to be passed on without being parsed. */
export class ServiceAnswer {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    readonly body: Buffer | Readable,
    /** The base path of the service, replaced by the gateway's own in `Location`. */
    readonly base: string,
  ) {}
}
