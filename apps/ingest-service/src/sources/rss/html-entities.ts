import { decodeHTMLStrict } from 'entities';

/** HTML reads the numeric references 128 to 159 as windows-1252, and so do feeds. */
const windows1252 = new TextDecoder('windows-1252');
/** HTML 5 maps these names to other brackets; old feeds mean the HTML 4 ones. */
const html4: Readonly<Record<string, string>> = { lang: '\u2329', rang: '\u232a' };
const reference = /&(?:#x([0-9a-f]{1,8})|#([0-9]{1,8})|([a-z][a-z0-9]{0,31}));/gi;

/**
 * Decodes numeric references and HTML names once. Old feeds use HTML names without declaring them. Invalid references
 * (`&#0;`, half a surrogate pair) are removed; unknown names stay and are passed to `onUnknown`.
 */
export function decodeReferences(text: string, onUnknown?: (name: string) => void): string {
  if (!text.includes('&')) return text;
  return text.replace(reference, (whole: string, hex?: string, decimal?: string, name?: string) => {
    if (name === undefined) return readCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    const characters = html4[name] ?? decodeHTMLStrict(whole);
    if (characters === whole) onUnknown?.(name);
    return characters;
  });
}

function readCodePoint(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return windows1252.decode(Uint8Array.of(code));
  if (code === 0 || code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) return '';
  return String.fromCodePoint(code);
}
