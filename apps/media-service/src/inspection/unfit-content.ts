import type { ErrorCode } from '@mediamesh/contracts';

export type UnfitReason = Extract<
  ErrorCode,
  'asset.damaged' | 'asset.too_many_pixels' | 'asset.type_mismatch' | 'asset.size_mismatch' | 'asset.checksum_mismatch'
>;

/** The content cannot be accepted. The message has the details for the log. */
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
