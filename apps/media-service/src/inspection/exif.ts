const orientationTag = 0x0112;
const maximumEntries = 1_000;

/** Whether the Exif orientation (TIFF 6.0) in an APP1 segment swaps width and height (5 to 8). False if unreadable. */
export function isTurned(segment: Buffer): boolean {
  if (segment.toString('latin1', 0, 6) !== 'Exif\0\0' || segment.length < 14) return false;
  const tiff = segment.subarray(6);
  const order = tiff.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return false;
  const uint16 = (at: number): number =>
    at + 2 > tiff.length ? 0 : order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const directory = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const entries = Math.min(uint16(directory), maximumEntries);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * 12;
    if (uint16(entry) === orientationTag) return uint16(entry + 8) >= 5 && uint16(entry + 8) <= 8;
  }
  return false;
}
