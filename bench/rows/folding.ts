import { fold } from '@mediamesh/text';
import { GeneratedText } from '../generated-text.js';
import { type Bench, type Row, rowOf } from '../row.js';

const megabyte = 1_000_000;

/** Folds a megabyte of UTF-8 text, half Arabic with some marks, half English. */
export function measureFolding({ rounds }: Bench): Promise<Row[]> {
  const text = makeText();
  const time = (): number => {
    const start = performance.now();
    fold(text);
    return performance.now() - start;
  };
  for (const end = performance.now() + 2_000; performance.now() < end;) time(); // warm-up
  return Promise.resolve([
    rowOf('folding 1 MB of mixed text', 'ms', Array.from({ length: Math.max(rounds, 6) }, time), {
      better: 'lower',
      must: 40,
      aim: 20,
    }),
  ]);
}

function makeText(): string {
  const source = new GeneratedText();
  const parts: string[] = [];
  for (let bytes = 0; bytes < megabyte;) {
    const sentence = source.sentence(12);
    const marked = source.pick(4) === 0 ? sentence.replace(/[حدر]/g, '$&\u064e') : sentence;
    const word = ['٢٠٢٦', '2026', 'إأآ', 'Café'][source.pick(4)];
    const part = `${marked.charAt(0).toUpperCase()}${marked.slice(1)}، ${word}. `;
    parts.push(part);
    bytes += Buffer.byteLength(part);
  }
  return parts.join('');
}
