import { describe, expect, it } from '@jest/globals';
import { AnsweringEngine } from './answering-engine.builder.js';
import { engineAway, EngineRefusal } from './engine.js';
import { Snapshots } from './snapshots.js';

const minute = 60_000;

describe('snapshots', () => {
  /**
   * Snapshots that are named by their numbers, where a test says what time it is, and whether there is room for more.
   */
  const open = () => {
    const world = { now: Date.UTC(2026, 0, 1), isFull: false, made: 0 };
    const engine = new AnsweringEngine(() => {
      if (world.isFull) throw engineAway(new EngineRefusal(429, 'rejected_execution_exception'));
      return { pit_id: `pit ${(world.made += 1)}` };
    });
    return { world, snapshots: new Snapshots(engine, () => world.now) };
  };

  it('begin all lists of the same three seconds, also those that ask at once', async () => {
    const { world, snapshots } = open();
    for (const pit of ['pit 1', 'pit 2']) {
      const since = world.now;
      const all = await Promise.all(Array.from({ length: 20 }, () => snapshots.find('things-1')));
      world.now += 2_999;
      expect(new Set([...all, await snapshots.find('things-1')])).toEqual(new Set([{ pit, since }]));
      world.now += 1;
    }
    expect(world.made).toBe(2);
  });

  it('are of one index', async () => {
    const { snapshots } = open();
    expect([(await snapshots.find('things-1')).pit, (await snapshots.find('things-2')).pit]).toEqual([
      'pit 1',
      'pit 2',
    ]);
  });

  it('that cannot be made are made anew for the next who asks', async () => {
    const { world, snapshots } = open();
    world.isFull = true;
    await expect(snapshots.find('things-1')).rejects.toMatchObject({ kind: 'unavailable' });
    world.isFull = false;
    expect((await snapshots.find('things-1')).pit).toBe('pit 1');
  });

  it('of four processes fit on one node, however many lists are begun and read on', async () => {
    const { world, snapshots } = open();
    const began: number[] = [];
    const most: number[] = [];
    for (let second = 0; second < 3_600; second++) {
      world.now += 1_000;
      const { since } = await snapshots.find('things-1');
      if (began.at(-1) !== since) began.push(since);
      most.push(began.filter((one) => world.now < one + 10 * minute).length);
    }
    expect(world.made).toBe(began.length);
    expect(Math.max(...most)).toBeLessThanOrEqual(300 / 4);
  });
});
