import { describe, expect, it } from '@jest/globals';
import { KeyBox } from './key-box.js';

describe('a box for private keys', () => {
  const box = new KeyBox('a secret of the installation');

  it('gives back what was locked in, and never looks the same twice', () => {
    const locked = box.lock('key-1', 'private');
    expect(box.open('key-1', locked)).toBe('private');
    expect(locked.includes('private')).toBe(false);
    expect(box.lock('key-1', 'private').equals(locked)).toBe(false);
  });

  it('does not open with another secret, under another label, or altered', () => {
    const locked = box.lock('key-1', 'private');
    expect(() => new KeyBox('another secret').open('key-1', locked)).toThrow();
    expect(() => box.open('key-2', locked)).toThrow();
    for (const index of [0, 12, 28, locked.length - 1]) {
      const altered = Buffer.from(locked);
      altered.writeUInt8(locked.readUInt8(index) ^ 1, index);
      expect(() => box.open('key-1', altered)).toThrow();
    }
  });
});
