/** Pseudo-random text, the same in every run. */
export class GeneratedText {
  readonly words: readonly string[];
  private readonly cumulative: Float64Array;
  private state: number;

  /** A vocabulary of `size` words with frequencies by Zipf's law; every other word is Arabic. */
  constructor({ size = 50_000, seed = 1 }: { size?: number; seed?: number } = {}) {
    this.state = seed;
    const seen = new Set<string>();
    while (seen.size < size) seen.add(this.makeWord(seen.size % 2 === 0 ? latin : arabic));
    this.words = [...seen];
    this.cumulative = new Float64Array(size);
    let sum = 0;
    for (let rank = 0; rank < size; rank++) this.cumulative[rank] = sum += 1 / (rank + 1);
  }

  /** An integer from 0, below `bound`. */
  pick(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  word(): string {
    const wanted = this.random() * (this.cumulative.at(-1) ?? 0);
    let low = 0;
    let high = this.cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.cumulative[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.words[low] ?? '';
  }

  sentence(length: number): string {
    return Array.from({ length }, () => this.word()).join(' ');
  }

  private makeWord({ consonants, vowels }: Alphabet): string {
    const syllables = 2 + this.pick(3);
    return (
      Array.from(
        { length: syllables },
        () => consonants[this.pick(consonants.length)]! + vowels[this.pick(vowels.length)]!,
      ).join('') + consonants[this.pick(consonants.length)]!
    );
  }

  /** mulberry32. */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}

interface Alphabet {
  readonly consonants: readonly string[];
  readonly vowels: readonly string[];
}

// no letters of suffixes and prefixes, so that every word is its own stem
const latin: Alphabet = { consonants: [...'bcdfghjklmpvz'], vowels: [...'aou'] };
const arabic: Alphabet = { consonants: [...'ثجحخدذرزشصضطظعغق'], vowels: [...'اوي'] };
