import { type MediaType, type mediaTypes } from '@mediamesh/contracts';

export const extensions: Readonly<Record<(typeof mediaTypes)[number], string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'video/mp4': 'mp4',
};

/** Names that Windows reserves for devices, with any extension. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
const longestName = 255;
const longestStem = 80;

/** A file name without folders and invisible characters (`gpj.exe` can be shown as `exe.jpg`). All scripts stay. */
export function cleanFileName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  const visible = base
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/^[\s.]+|[\s.]+$/gu, '');
  return Array.from(visible).slice(0, longestName).join('').trim() || 'file';
}

/** The name for a download: the original name with the extension of the actual type. */
export function downloadName(fileName: string, type: MediaType): string {
  const stem = stemOf(cleanFileName(fileName));
  return `${device.test(stem) ? `${stem}_` : stem}.${extensions[type]}`;
}

/** The last segment of a file's path: ASCII only, always with the extension of the type. */
export function addressName(fileName: string, type: MediaType): string {
  const stem = stemOf(cleanFileName(fileName))
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestStem)
    .replace(/^-+|-+$/g, '');
  const [kind = 'file'] = type.split('/');
  return `${stem === '' || device.test(stem) ? kind : stem}.${extensions[type]}`;
}

const stemOf = (name: string): string => name.replace(/(?<=.)\.[A-Za-z0-9]{1,10}$/, '');

/** `Content-Disposition: inline` with an ASCII name for old clients and the full name (RFC 6266, RFC 8187). */
export function contentDisposition(fileName: string, type: MediaType): string {
  const name = downloadName(fileName, type).toWellFormed();
  const plain = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `inline; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
