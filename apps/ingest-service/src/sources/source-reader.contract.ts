import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FeedError } from '../fetching/feed-error.js';
import type { ReadingRequest, SentBody, SourceReader } from './source-reader.js';

/** A source of the reader's kind that a test fills. */
export interface TestSource {
  readonly reader: SourceReader;
  readonly url: string;
  /** How often the source was asked for anything. */
  requests(): number;
  /** Fills the source: one program with items of these titles. */
  serve(titles: readonly string[]): void;
  /** The same as a body; undefined for kinds that read no bodies. */
  bodyOf(titles: readonly string[]): SentBody | undefined;
  /** Answers no request until the returned function is called. */
  hang(): () => void;
  close(): Promise<void>;
}

/** What every reader of sources promises, whatever it reads. */
export function sourceReaderContract(name: string, start: () => Promise<TestSource>): void {
  describe(`a reader of ${name}`, () => {
    let source: TestSource;
    const read = (request: Partial<ReadingRequest> = {}, stop = new AbortController().signal) =>
      source.reader.read({ url: source.url, sent: undefined, earlier: undefined, ...request }, stop);
    const titlesOf = async (request?: Partial<ReadingRequest>) =>
      (await read(request)).content?.items.map(({ item }) => item.title);
    beforeAll(async () => {
      source = await start();
    });
    beforeEach(() => source.serve(['one', 'two']));
    afterAll(() => source.close());

    it('answers the program and its items in the order of the source', async () => {
      expect(await titlesOf()).toEqual(['one', 'two']);
      expect(await read()).toMatchObject({ content: { isPartial: false, warnings: [] }, movedTo: undefined });
    });

    it('names each item, the same way every time', async () => {
      const namesOf = async () => (await read()).content!.items.map((item) => item.name);
      const names = await namesOf();
      expect(new Set(names).size).toBe(2);
      source.serve(['zero', 'one', 'two']);
      expect((await namesOf()).slice(1)).toEqual(names);
    });

    it.each([true, false])(
      'has nothing to say while nothing has changed, whether asked in short (%s) or not',
      async (isFresh) => {
        const { remembered } = await read();
        const earlier = { ...remembered!, isFresh };
        expect((await read({ earlier })).content).toBeUndefined();
        source.serve(['one', 'two', 'three']);
        expect(await titlesOf({ earlier })).toEqual(['one', 'two', 'three']);
      },
    );

    it('reads a body that was sent, and asks nobody', async () => {
      const sent = source.bodyOf(['sent']);
      if (!sent) return;
      const before = source.requests();
      expect(await titlesOf({ sent })).toEqual(['sent']);
      expect(await titlesOf({ sent, url: null })).toEqual(['sent']);
      expect((await read({ sent })).remembered).toBeUndefined();
      expect(source.requests()).toBe(before);
    });

    it('says why a source cannot be read', async () => {
      await expect(read({ url: null })).rejects.toBeInstanceOf(FeedError);
      await expect(read({ url: 'http://192.0.2.1.invalid/' })).rejects.toBeInstanceOf(FeedError);
    });

    it('ends when it is told to stop', async () => {
      const letGo = source.hang();
      const stop = new AbortController();
      const reading = read({}, stop.signal);
      stop.abort(new Error('stop'));
      await expect(reading).rejects.toThrow();
      letGo();
    });
  });
}
