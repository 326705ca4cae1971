import { damaged, UnfitContent } from './unfit-content.js';

/** What a picture's headers say; nothing is decoded. */
export interface Picture {
  readonly width: number;
  readonly height: number;
}

/** 100 megapixels: what a decoder may be asked to hold. */
export const maximumPixels = 100_000_000;

/** Refuses a size that no picture has, and one that would exhaust whoever decodes it. */
export function checkDimensions(width: number, height: number): Picture {
  if (width === 0 || height === 0) throw damaged('the picture has no size');
  if (width * height > maximumPixels) throw new UnfitContent('asset.too_many_pixels', `${width} × ${height} pixels`);
  return { width, height };
}
