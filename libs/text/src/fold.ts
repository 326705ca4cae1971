import {
  BARE_HAMZA,
  COMPLEX,
  createFoldTable,
  decompose,
  DROP,
  FIRST_INSTRUCTION,
  HAMZA_ABOVE,
  stripIgnored,
  WAW,
  YEH_SEAT,
} from './fold-table.js';

const table = createFoldTable();
const hamza = 0x0621;
const yeh = 0x064a;
const waw = 0x0648;

/**
 * The search key of a text: spellings that a reader takes for the same word have the same key (ADR 8).
 *
 * - Case, compatibility forms, Latin accents, harakat, tatweel and invisible characters do not count.
 * - Forms of alef, yeh, kaf and heh become one, and ة becomes ه. Arabic-Indic digits become ASCII, white space becomes
 *   spaces.
 * - ؤ becomes و and ئ becomes ي; ء stays. Before a و, where usage varies (شؤون، شئون، شءون، شوون), all three become و.
 *
 * Idempotent, and the same for composed and decomposed text. Never throws: a lone surrogate becomes U+FFFD.
 */
export function fold(text: string): string {
  return foldUnits(text).folded;
}

/** `starts` is set if `track` is given: the original offset of each folded unit. */
export function foldUnits(
  text: string,
  track?: (run: string) => Uint32Array,
): { folded: string; starts: Uint32Array | undefined } {
  const end = text.length;
  let units = createUnits(end + 8);
  let starts = track === undefined ? undefined : new Uint32Array(end + 9);
  let length = 0;
  let seat = -1; // the length right after a hamza seat was written
  let seats = 0; // where the row of seats began

  const put = (unit: number, from: number): void => {
    const value = table[unit]!;
    if (value === DROP) return;
    if (value === HAMZA_ABOVE) {
      if (seat !== length && units[length - 1] === yeh) {
        seats = length - 1;
        seat = length;
      }
      return;
    }
    if (starts !== undefined) starts[length] = from;
    if (value === WAW) {
      if (seat === length) units.fill(waw, seats, length);
      units[length++] = waw;
    } else if (value === YEH_SEAT || value === BARE_HAMZA) {
      if (seat !== length) seats = length;
      units[length++] = value === YEH_SEAT ? yeh : hamza;
      seat = length;
    } else units[length++] = value === COMPLEX ? unit : value;
  };

  for (let at = 0; at < end; at++) {
    const unit = text.charCodeAt(at);
    const value = table[unit]!;
    if (value < FIRST_INSTRUCTION) {
      if (value === DROP) continue;
      if (starts !== undefined) starts[length] = at;
      units[length++] = value;
    } else if (value !== COMPLEX) put(unit, at);
    else {
      const runEnd = findRunEnd(text, at);
      const run = text.slice(at, runEnd);
      const folded = foldRun(run);
      const needed = length + folded.length + end - runEnd;
      if (needed > units.length) {
        units = grow(units, createUnits(needed + (needed >> 2)));
        if (starts !== undefined) starts = grow(starts, new Uint32Array(units.length + 1));
      }
      const origins = track?.(run);
      for (let i = 0; i < folded.length; i++) put(folded.charCodeAt(i), at + (origins?.[i] ?? 0));
      at = runEnd - 1;
    }
  }
  if (starts !== undefined) starts[length] = end;
  return {
    folded: Buffer.from(units.buffer, units.byteOffset, length * 2).toString('utf16le'),
    starts: starts?.subarray(0, length + 1),
  };
}

/** Folds a run of characters that the table cannot fold one by one. */
export function foldRun(run: string): string {
  return stripIgnored(decompose(stripIgnored(run.toWellFormed()))).normalize('NFC');
}

/** A run includes dropped marks: they may stand between a letter and a mark that composes with it. */
function findRunEnd(text: string, from: number): number {
  let at = from + 1;
  for (; at < text.length; at++) {
    const value = table[text.charCodeAt(at)]!;
    if (value !== COMPLEX && value !== DROP && value !== HAMZA_ABOVE) break;
  }
  return at;
}

/** Uses Node's buffer pool: most texts are words and titles. */
function createUnits(length: number): Uint16Array {
  const bytes = Buffer.allocUnsafe(length * 2);
  return bytes.byteOffset % 2 === 0 ? new Uint16Array(bytes.buffer, bytes.byteOffset, length) : new Uint16Array(length);
}

function grow<T extends Uint16Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
