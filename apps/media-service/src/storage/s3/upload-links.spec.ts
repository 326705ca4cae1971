import { describe, expect, it } from '@jest/globals';
import { lastOfEach, type SentPart } from './upload-links.js';

const part = (partNumber: number, etag: string, sentAt: number): SentPart => ({ partNumber, etag, sentAt, size: 5 });

describe('the parts an upload is put together from', () => {
  it('are the last of each number, by number', () => {
    const told = [part(10, 'j', 1000), part(2, 'b', 1000), part(1, 'new', 3000), part(1, 'old', 2000)];
    expect(lastOfEach(told).map(({ etag }) => etag)).toEqual(['new', 'b', 'j']);
  });

  it('do not include one that was sent twice, otherwise, within one second', () => {
    expect(
      lastOfEach([part(1, 'one', 2000), part(2, 'b', 1000), part(1, 'other', 2000)]).map(({ etag }) => etag),
    ).toEqual(['b']);
  });

  it('include one that was sent twice alike, and one that was sent again later', () => {
    expect(lastOfEach([part(1, 'same', 2000), part(1, 'same', 2000)])).toHaveLength(1);
    expect(
      lastOfEach([part(1, 'one', 2000), part(1, 'other', 2000), part(1, 'third', 3000)]).map(({ etag }) => etag),
    ).toEqual(['third']);
  });
});
