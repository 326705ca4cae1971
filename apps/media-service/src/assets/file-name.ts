import { type MediaType, type mediaTypes } from '@mediamesh/contracts';

/** The one extension we give a type. */
export const extensions: Readonly<Record<(typeof mediaTypes)[number], string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'video/mp4': 'mp4',
};

/** Names Windows keeps for devices, whatever their extension. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
const longestName = 255;
const longestStem = 80;

/**
 * A file's name as people may see it: without folders, and without invisible characters, which could make `exe.jpg` of
 * `gpj.exe`. Letters of any script stay.
 */
export function cleanFileName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  const visible = base
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/^[\s.]+|[\s.]+$/gu, '');
  return Array.from(visible).slice(0, longestName).join('').trim() || 'file';
}

/** The name a file is downloaded under: as it was called, with the extension of what it is. */
export function downloadName(fileName: string, type: MediaType): string {
  const stem = stemOf(cleanFileName(fileName));
  return `${device.test(stem) ? `${stem}_` : stem}.${extensions[type]}`;
}

/** The last part of a file's address: made by us, ASCII only, never an extension other than the type's own. */
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

/**
 * `Content-Disposition` of a file that browsers may show: an ASCII name for old clients beside the whole one (RFC 6266,
 * RFC 8187).
 */
export function contentDisposition(fileName: string, type: MediaType): string {
  const name = downloadName(fileName, type).toWellFormed();
  const plain = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `inline; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
