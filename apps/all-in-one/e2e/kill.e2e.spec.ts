import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, isOnServers } from '@mediamesh/testing';
import { type FeedServer, rss, startFeedServer } from './feed-server.js';
import { createSource, hasEnded, lastRun, runSource, startRun } from './imports.js';
import { RunningMesh } from './mesh.js';

jest.setTimeout(600_000);
/** One process is back within a second; nine, and their places in Kafka's groups, take ten times as long. */
const rounds = isOnServers() ? 5 : 10;

const fewer = isOnServers() ? ' (ten where one process starts in no time)' : '';

describe(`kill -9 at random points, ${rounds} times each${fewer}`, () => {
  let mesh: RunningMesh;
  let feeds: FeedServer;
  beforeAll(async () => {
    feeds = await startFeedServer();
    mesh = await RunningMesh.start({ INGEST_ALLOWED_PRIVATE: feeds.host });
  });
  afterAll(async () => {
    await mesh.close();
    await feeds.close();
  });

  it('leaves every acknowledged publication public exactly once', async () => {
    const acknowledged: { id: string; word: string }[] = [];
    for (let round = 0; round < rounds; round++) {
      const drafts = await Promise.all(
        Array.from({ length: 12 }, async (_, n) => {
          const word = `كلمة${'ابتثجحخدذر'[round]}${'زسشصضطظعغفقك'[n]}`;
          const { body } = await mesh.editors('POST', '/cms/programs', {
            body: { type: 'podcast', defaultLanguage: 'ar', localizations: { ar: { title: `برنامج ${word}` } } },
          });
          return { id: body.id as string, word };
        }),
      );
      // the blow falls within milliseconds of some acknowledgement: between its commit and the relay, as often as not
      const last = 1 + Math.floor(Math.random() * drafts.length);
      const struck = Promise.withResolvers<void>();
      let answers = 0;
      const publications = drafts.map(async (draft) => {
        const { status } = await mesh.editors('POST', `/cms/programs/${draft.id}/publish`, {
          headers: { 'if-match': '"1"' },
        });
        if (status === 200) acknowledged.push(draft);
        answers += 1;
        if (answers === last) struck.resolve();
      });
      await struck.promise;
      await delay(Math.random() * 6);
      await mesh.kill();
      await Promise.allSettled(publications);
      await mesh.restart();
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(rounds);
    for (const { id, word } of acknowledged) {
      expect((await mesh.untilFound(word, 1, { timeoutMs: 90_000 })).body.items[0].program.id).toBe(id);
      expect((await mesh.public(`/programs/${id}`)).status).toBe(200);
    }
  });

  it('lets an import that was cut off be completed to exactly the right count', async () => {
    const count = 450;
    const items = Array.from({ length: count }, (_, n) => ({
      guid: `guid-${n}`,
      title: `حلقة رقم ${n}`,
      enclosure: `https://cdn.example.org/${n}.mp3`,
    }));
    for (let round = 0; round < rounds; round++) {
      feeds.serve(`/feed-${round}.xml`, rss(`سلسلة ${round}`, items));
      const sourceId = await createSource(mesh, feeds.url(`/feed-${round}.xml`));
      await startRun(mesh, sourceId);
      await delay(Math.random() * 900);
      await mesh.kill();
      await mesh.restart();
      const cutOff = await eventually(() => lastRun(mesh, sourceId), hasEnded, 'the run that was cut off has ended', {
        timeoutMs: 60_000,
      });
      const run = await runSource(mesh, sourceId);
      expect(run).toMatchObject({ status: 'completed', total: count, error: null });
      expect(Object.values(run.counts as Record<string, number>).reduce((sum, n) => sum + n, 0)).toBe(count);
      expect(cutOff.counts.new + run.counts.new).toBeLessThanOrEqual(count);
      const ids = new Set(await publicEpisodes(run.programId, count));
      expect(ids.size).toBe(count);
    }
  });

  /** All public episodes of a program, once as many as expected are there. */
  async function publicEpisodes(programId: string, expected: number): Promise<string[]> {
    const program = await eventually(
      () => mesh.public(`/programs/${programId}`),
      ({ body }) => body.episodeCount >= expected,
      'all episodes are public',
      { timeoutMs: 60_000 },
    );
    expect(program.body.episodeCount).toBe(expected);
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await mesh.public(`/programs/${programId}/episodes?limit=100${cursor && `&cursor=${cursor}`}`);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.next as string | null;
    }
    return ids;
  }
});
