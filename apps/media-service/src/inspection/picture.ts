import { damaged, UnfitContent } from './unfit-content.js';

export interface Picture {
  readonly width: number;
  readonly height: number;
}

/** 100 megapixels, a limit for the memory of decoders. */
export const maximumPixels = 100_000_000;

/** Throws for a size of zero and for more than {@link maximumPixels}. */
export function checkDimensions(width: number, height: number): Picture {
  if (width === 0 || height === 0) throw damaged('the picture has no size');
  if (width * height > maximumPixels) throw new UnfitContent('asset.too_many_pixels', `${width} × ${height} pixels`);
  return { width, height };
}
