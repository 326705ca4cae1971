const emptySlot = -1;

const slotOf = (hash: number, mask: number): number => (Math.imul(hash, 0x9e3779b1) >>> 15) & mask;

const tableSize = (entries: number): number => 2 ** Math.ceil(Math.log2(Math.max(entries, 1) * 4));

/**
 * Finds the terms of a query in stored texts without a string per word: a search reads a few hundred documents, and
 * their words would cost more than everything else.
 */
export class TermTable {
  private readonly terms: readonly string[];
  private readonly hashes: Int32Array;
  private readonly slots: Int32Array;

  constructor(terms: readonly string[]) {
    this.terms = terms;
    this.hashes = Int32Array.from(terms, hashOf);
    this.slots = new Int32Array(tableSize(terms.length)).fill(emptySlot);
    const mask = this.slots.length - 1;
    this.hashes.forEach((hash, term) => {
      let slot = slotOf(hash, mask);
      while (this.slots[slot] !== emptySlot) slot = (slot + 1) & mask;
      this.slots[slot] = term;
    });
  }

  /** Calls `visit` with the number of the term and of the word for every word of ` one two ` that is a term. */
  visit(text: string, visit: (term: number, word: number) => void): void {
    let word = 0;
    let start = 1;
    let hash = 0;
    for (let at = 1; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit !== 0x20) {
        hash = (Math.imul(hash, 31) + unit) | 0;
        continue;
      }
      const term = this.find(text, start, at, hash);
      if (term !== emptySlot) visit(term, word);
      word += 1;
      start = at + 1;
      hash = 0;
    }
  }

  isIn(text: string): boolean {
    let found = false;
    this.visit(text, () => (found = true));
    return found;
  }

  private find(text: string, start: number, end: number, hash: number): number {
    const mask = this.slots.length - 1;
    for (let slot = slotOf(hash, mask); this.slots[slot] !== emptySlot; slot = (slot + 1) & mask) {
      const term = this.slots[slot]!;
      if (this.hashes[term] !== hash) continue;
      const spelled = this.terms[term]!;
      if (spelled.length === end - start && text.startsWith(spelled, start)) return term;
    }
    return emptySlot;
  }
}

/** The same for trigrams, which start at every letter. */
export class GramTable {
  private readonly grams: Uint16Array;
  private readonly slots: Int32Array;

  constructor(grams: readonly string[]) {
    this.grams = Uint16Array.from(
      grams.flatMap((gram) => [gram.charCodeAt(0), gram.charCodeAt(1), gram.charCodeAt(2)]),
    );
    this.slots = new Int32Array(tableSize(grams.length)).fill(emptySlot);
    const mask = this.slots.length - 1;
    grams.forEach((_, gram) => {
      let slot = slotOf(this.hashAt(gram), mask);
      while (this.slots[slot] !== emptySlot) slot = (slot + 1) & mask;
      this.slots[slot] = gram;
    });
  }

  /** Adds to `counts` how often each trigram occurs in a text. */
  count(text: string, counts: Uint32Array): void {
    const mask = this.slots.length - 1;
    const grams = this.grams;
    let first = text.charCodeAt(0);
    let second = text.charCodeAt(1);
    for (let at = 2; at < text.length; at++) {
      const third = text.charCodeAt(at);
      for (
        let slot = slotOf(hashGram(first, second, third), mask);
        this.slots[slot] !== emptySlot;
        slot = (slot + 1) & mask
      ) {
        const gram = this.slots[slot]!;
        if (grams[gram * 3] !== first || grams[gram * 3 + 1] !== second || grams[gram * 3 + 2] !== third) continue;
        counts[gram]! += 1;
        break;
      }
      first = second;
      second = third;
    }
  }

  private hashAt(gram: number): number {
    return hashGram(this.grams[gram * 3]!, this.grams[gram * 3 + 1]!, this.grams[gram * 3 + 2]!);
  }
}

const hashGram = (first: number, second: number, third: number): number =>
  Math.imul(Math.imul(first, 31) + second, 31) + third;

function hashOf(term: string): number {
  let hash = 0;
  for (let at = 0; at < term.length; at++) hash = (Math.imul(hash, 31) + term.charCodeAt(at)) | 0;
  return hash;
}
