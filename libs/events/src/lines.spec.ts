import { describe, expect, it } from '@jest/globals';
import { eventually } from '@mediamesh/testing';
import { type Entry, Lines } from './lines.js';

const entryOf = (id: string, key = 'a'): Entry => ({ id, key, bytes: 10 });

/** Lines whose work is done or put off by hand. */
function createLines() {
  const begun: string[] = [];
  const open = new Map<string, (wait: number | undefined) => void>();
  const done: string[] = [];
  const lines = new Lines<Entry>({
    parallel: 2,
    onDone: (key) => done.push(key),
    work: (entry) => {
      begun.push(entry.id);
      return new Promise((resolve) => open.set(entry.id, resolve));
    },
  });
  return { lines, begun, done, end: (id: string, wait?: number) => open.get(id)?.(wait) };
}

describe('lines that forget', () => {
  it('begin nothing of what waited, and let what is under way end', async () => {
    const { lines, begun, done, end } = createLines();
    lines.add([entryOf('a1'), entryOf('a2'), entryOf('b1', 'b'), entryOf('c1', 'c')]);
    lines.forget();
    expect(lines.size).toBe(2);
    end('a1');
    end('b1');
    await eventually(
      () => done.length,
      (count) => count === 2,
      'both ended',
    );
    expect({ begun, size: lines.size, bytes: lines.bytes }).toEqual({ begun: ['a1', 'b1'], size: 0, bytes: 0 });
  });

  it('work what comes anew after what is still under way of its key', async () => {
    const { lines, begun, end } = createLines();
    lines.add([entryOf('a1'), entryOf('a2')]);
    lines.forget();
    lines.add([entryOf('again a1'), entryOf('again a2')]);
    expect(begun).toEqual(['a1']);
    end('a1', 60_000); // it would be tried again, but what came anew is that try
    await eventually(
      () => begun,
      (all) => all.length === 2,
      'the next began',
    );
    end('again a1');
    await eventually(
      () => begun,
      (all) => all.length === 3,
      'the one after it began',
    );
    expect(begun).toEqual(['a1', 'again a1', 'again a2']);
  });

  it('drop a line that waits to try again', async () => {
    const { lines, begun, end } = createLines();
    lines.add([entryOf('a1')]);
    end('a1', 5);
    await eventually(
      () => begun,
      (all) => all.length === 2,
      'it was tried again',
    );
    end('a1', 60_000);
    await eventually(
      () => lines.forget(),
      () => lines.size === 0,
      'it was dropped',
    );
    lines.add([entryOf('a1')]);
    expect(begun).toEqual(['a1', 'a1', 'a1']);
  });
});
