import { fileTypeFromBuffer } from 'file-type';
import type { MediaType } from '@mediamesh/contracts';
import type { Bytes } from './bytes.js';
import { refuseForeignContent } from './foreign-content.js';
import { readJpeg } from './jpeg.js';
import { readMp3 } from './mp3.js';
import { readMp4 } from './mp4.js';
import type { Picture } from './picture.js';
import { readPng } from './png.js';
import { damaged, UnfitContent } from './unfit-content.js';
import { readWebp } from './webp.js';

export interface Inspection {
  readonly type: MediaType;
  readonly width?: number;
  readonly height?: number;
  /** Rounded to whole seconds. */
  readonly durationSeconds?: number;
}

const headBytes = 64 * 1024;
const audioBrands = ['M4A', 'M4B', 'F4A', 'F4B'];

/**
 * Detects the type from the content and checks that the file is complete. Reads headers and structure only, never
 * pixels or samples. Throws {@link UnfitContent} for a file that is damaged, too large to decode, or not of an accepted
 * type.
 *
 * Files are not scanned for viruses: they are served with their own type and never executed.
 */
export async function inspect(bytes: Bytes): Promise<Inspection> {
  const head = await bytes.read(0, headBytes);
  const mime =
    (await fileTypeFromBuffer(head))?.mime ?? (head.toString('latin1', 0, 3) === 'ID3' ? 'audio/mpeg' : undefined);
  switch (mime) {
    case 'image/jpeg':
      return inspectPicture('image/jpeg', bytes, readJpeg);
    case 'image/png':
    case 'image/apng':
      return inspectPicture('image/png', bytes, readPng);
    case 'image/webp':
      return inspectPicture('image/webp', bytes, readWebp);
    case 'audio/mpeg':
      return { type: 'audio/mpeg', durationSeconds: wholeSeconds(await readMp3(bytes)) };
    case 'video/mp4':
    case 'video/x-m4v':
    case 'audio/mp4':
    case 'audio/x-m4a':
      return inspectMp4(bytes);
    default:
      throw new UnfitContent('asset.type_mismatch', `the file is ${mime ?? 'of an unknown type'}`);
  }
}

async function inspectPicture(
  type: MediaType,
  bytes: Bytes,
  readHeaders: (bytes: Bytes) => Promise<Picture>,
): Promise<Inspection> {
  const picture = await readHeaders(bytes);
  await refuseForeignContent(bytes);
  return { type, ...picture };
}

/** An audio file may have a video track, such as the chapter pictures of podcasts. */
async function inspectMp4(bytes: Bytes): Promise<Inspection> {
  const { brand, hasVideo, hasAudio, duration } = await readMp4(bytes);
  if (!hasVideo && !hasAudio) throw damaged('the MP4 has neither sound nor pictures');
  const isAudio = hasAudio && (!hasVideo || audioBrands.includes(brand));
  return {
    type: isAudio ? 'audio/mp4' : 'video/mp4',
    ...(duration !== undefined && { durationSeconds: wholeSeconds(duration) }),
  };
}

/** At least one second, because zero would mean unknown. */
const wholeSeconds = (duration: number): number => Math.max(1, Math.round(duration));
