import type { Bytes } from './bytes.js';
import { UnfitContent } from './unfit-content.js';

const windowBytes = 128 * 1024;
const overlap = 16;
/** Text that no picture contains by accident. XMP, the usual metadata, begins with `<?xpacket` and `<x:`. */
const activeText = /<\?php|<script|<!doctype\s|<html[\s>]/i;
/** A ZIP is read from its end: this record, then a comment of up to 64 kB. */
const zipEnd = Buffer.from('PK\x05\x06', 'latin1');
const zipTail = 65_557;

/**
 * Refuses a picture that is also another kind of file: HTML or scripts in metadata or after the end, archives, PDF.
 * Files are always served with their own type; this protects clients that ignore it.
 */
export async function refuseForeignContent(bytes: Bytes): Promise<void> {
  if ((await bytes.read(0, 1024)).includes('%PDF-')) throw foreign('a PDF');
  for (let offset = 0; offset < bytes.size; offset += windowBytes - overlap) {
    const found = activeText.exec((await bytes.read(offset, windowBytes)).toString('latin1'));
    if (found) throw foreign(found[0]);
  }
  const tail = Math.min(zipTail, bytes.size);
  if ((await bytes.read(bytes.size - tail, tail)).includes(zipEnd)) throw foreign('an archive');
}

const foreign = (what: string): UnfitContent => new UnfitContent('asset.type_mismatch', `the picture holds ${what}`);
