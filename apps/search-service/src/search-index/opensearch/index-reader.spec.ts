import { describe, expect, it } from '@jest/globals';
import { type Fields, type Logger, silentLogger } from '@mediamesh/observability';
import { PlaceExpired, type Place } from '../search-index.js';
import { AnsweringEngine } from './answering-engine.builder.js';
import { type EngineRequest, engineAway, EngineRefusal } from './engine.js';
import { IndexReader } from './index-reader.js';
import { layout } from './index-shape.js';

const minute = 60_000;
const generation = `v${layout}-a`;
const index = `things-${generation}`;
const busy = () => engineAway(new EngineRefusal(429, 'rejected_execution_exception'));

/** A reader of an index with so many documents, of which every question finds all. */
class World {
  now = Date.UTC(2026, 0, 1);
  hasRoom = true;
  canCorrect = true;
  /** Until when OpenSearch was asked to keep a snapshot. */
  readonly keptUntil: number[] = [];
  readonly said: [string, Fields | undefined][] = [];
  readonly engine = new AnsweringEngine((request) => this.answer(request));
  private readonly reader = new IndexReader(this.engine, {
    alias: 'things',
    logger: {
      ...silentLogger,
      warn: (message: string, fields?: Fields) => void this.said.push([message, fields]),
    } as Logger,
    clock: () => this.now,
  });

  constructor(private readonly documents: number) {}

  read(after?: Place, limit = 2) {
    return this.reader.search({ text: 'coffex', filters: {}, limit, after });
  }

  private answer({ path, body = {}, query }: EngineRequest): object {
    if (path.startsWith('/_alias/')) return { [index]: { aliases: { things: {} } } };
    if (path.endsWith('/point_in_time')) return this.makeSnapshot(String(query?.['keep_alive']));
    const {
      size,
      pit,
      search_after: after,
      suggest,
    } = body as { size: number; pit?: { id: string; keep_alive: string }; search_after?: [number]; suggest?: object };
    if (suggest && !this.canCorrect) throw busy();
    if (pit) this.keep(pit.keep_alive);
    const from = after ? this.documents - after[0] + 1 : 0;
    const hits = Array.from({ length: Math.min(size, this.documents - from) }, (_, at) => ({
      _index: index,
      _id: `d${from + at}`,
      sort: [this.documents - from - at, 0, `d${from + at}`],
    }));
    return { ...(pit && { pit_id: pit.id }), hits: { total: { value: this.documents }, hits } };
  }

  private makeSnapshot(keepAlive: string): object {
    if (!this.hasRoom) throw busy();
    this.keep(keepAlive);
    return { pit_id: 'pit' };
  }

  private keep(keepAlive: string): void {
    this.keptUntil.push(this.now + Number(/^(\d+)ms$/.exec(keepAlive)?.[1]));
  }
}

describe('a list that is paged', () => {
  it('is read on for eight minutes and refused then, so that its snapshot is gone after ten', async () => {
    const world = new World(100);
    let { next } = await world.read((await world.read()).next);
    const fixed = world.now;
    for (let at = 1; at <= 8; at++) {
      world.now = fixed + at * minute;
      ({ next } = await world.read(next));
    }
    world.now += 1;
    await expect(world.read(next)).rejects.toThrow(PlaceExpired);
    expect([world.keptUntil.length, Math.max(...world.keptUntil)]).toEqual([10, fixed + 10 * minute]);
  });

  it('has its first page without room for another snapshot; the second is refused until there is room', async () => {
    const world = new World(9);
    world.hasRoom = false;
    const { total, next } = await world.read();
    expect(total.value).toBe(9);
    await expect(world.read(next)).rejects.toMatchObject({ kind: 'unavailable' });
    world.hasRoom = true;
    expect((await world.read(next)).next).toBeDefined();
  });
});

describe('a search that finds nothing', () => {
  it('is answered without another question where that could not be looked for, and the log says why', async () => {
    const world = new World(0);
    world.canCorrect = false;
    expect(await world.read()).toEqual({ hits: [], total: { value: 0, relation: 'eq' }, generation });
    expect(world.said).toEqual([
      [expect.stringContaining('goes without'), { error: expect.objectContaining({ kind: 'unavailable' }) }],
    ]);
  });

  it('looks for another question for no longer than a second and a half', async () => {
    const world = new World(0);
    await world.read();
    const given = world.engine.asked.filter(({ body }) => body && 'suggest' in body).map(({ patience }) => patience);
    expect([given.length, Math.max(...given) <= 1_500]).toEqual([1, true]);
  });
});
