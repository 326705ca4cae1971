import type { ErrorCode } from '@mediamesh/contracts';

export type UnfitReason = Extract<
  ErrorCode,
  'asset.damaged' | 'asset.too_many_pixels' | 'asset.type_mismatch' | 'asset.size_mismatch' | 'asset.checksum_mismatch'
>;

/** Bytes that cannot be kept; the message says where it was seen, for the log. */
export class UnfitContent extends Error {
  override readonly name = 'UnfitContent';
  constructor(
    readonly reason: UnfitReason,
    detail: string,
  ) {
    super(detail);
  }
}

export const damaged = (detail: string): UnfitContent => new UnfitContent('asset.damaged', detail);
