import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type AppName,
  authServiceApi,
  notFound,
  outboxApi,
  type OutboxState,
  type ParkedEvent,
  type Reindex,
  screamingName,
  searchServiceApi,
  unavailable,
} from '@mediamesh/contracts';
import { freePorts, type Neighbour, stubNeighbour } from '@mediamesh/testing';
import { createRecordingTerminal } from './fixtures/recording-terminal.js';
import { describeState, listPublishingApps } from './outbox.js';

const publishingApps = await listPublishingApps();
import { progressOf } from './reindex.js';
import { runCommand } from './run-command.js';

const id = '0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f';
const time = '2026-11-22T12:00:00.000Z';
const rebuild: Reindex = {
  id,
  status: 'queued',
  requestedBy: 'service:mesh',
  documents: 0,
  tombstones: 0,
  total: null,
  found: null,
  generation: null,
  error: null,
  createdAt: time,
  startedAt: null,
  finishedAt: null,
};

describe('commands for operators', () => {
  const running: Neighbour[] = [];
  afterEach(async () => {
    for (const one of running.splice(0)) await one.close();
  });

  const auth = () =>
    stubNeighbour(authServiceApi, {
      issueServiceToken: () => ({ accessToken: 'token', tokenType: 'Bearer' as const, expiresIn: 600 }),
    });

  /** Runs a command beside these neighbours; the other services are not there. */
  async function runBeside(
    neighbours: readonly Neighbour[],
    args: readonly string[],
    interrupted = new AbortController().signal,
  ) {
    const apps = ['auth-service', ...publishingApps.filter((app) => app !== 'auth-service')];
    const ports = await freePorts(apps.length);
    const environment = Object.fromEntries(
      apps.map((app, index) => [`${screamingName(app)}_PORT`, String(ports[index])]),
    );
    for (const one of neighbours) await one.listen(ports[apps.indexOf(one.app)] ?? 0);
    running.push(...neighbours);
    const { terminal, printed, noted } = createRecordingTerminal();
    const surroundings = {
      environment: { ...environment, SERVICE_SECRET_MESH: 'the secret' },
      input: process.stdin,
      terminal,
      takeInterrupt: () => interrupted,
    };
    return { code: await runCommand(args, surroundings), printed, noted: noted() };
  }

  describe('reindex', () => {
    /** search-service whose rebuild looks like this at each look. */
    const search = (started: Reindex, looks: readonly (Reindex | Error)[]) => {
      let look = 0;
      return stubNeighbour(searchServiceApi, {
        startReindex: () => started,
        getReindex: () => {
          const found = looks[Math.min(look, looks.length - 1)] ?? started;
          look += 1;
          if (found instanceof Error) throw found;
          return found;
        },
      });
    };

    it('shows how far it is, and ends with what was taken over', async () => {
      const half: Reindex = { ...rebuild, status: 'running', documents: 5, tombstones: 1, total: 12 };
      const done: Reindex = { ...half, status: 'completed', documents: 10, tombstones: 2, found: 10 };
      const { code, printed, noted } = await runBeside(
        [auth(), search(rebuild, [half, unavailable('request.unavailable'), done])],
        ['reindex'],
      );
      expect(code).toBe(0);
      expect(printed).toEqual([
        expect.stringMatching(
          /^The index was built anew: 10 documents and 2 tombstones taken over, 10 documents to be found, \d+\.\d s\.$/,
        ),
      ]);
      expect(noted).toContain('waiting');
      expect(noted).toContain('12/12 items');
      expect(noted).not.toContain('under way already');
    });

    it('joins the one under way', async () => {
      const other: Reindex = { ...rebuild, status: 'running', requestedBy: 'service:search-service' };
      const { noted } = await runBeside([auth(), search(other, [{ ...other, status: 'completed' }])], ['reindex']);
      expect(noted).toContain('One is under way already, asked for by service:search-service.');
    });

    it('ends with 1 and the reason when it fails', async () => {
      const failed: Reindex = {
        ...rebuild,
        status: 'failed',
        error: { code: 'reindex.source_away', detail: 'What is public could not be read' },
      };
      const { code, noted } = await runBeside([auth(), search(rebuild, [failed])], ['reindex']);
      expect(code).toBe(1);
      expect(noted).toContain(
        'What is public could not be read (reindex.source_away). The one before is in its place.',
      );
    });

    it('leaves the building alone when it is interrupted, and says so', async () => {
      const { code, noted } = await runBeside(
        [auth(), search(rebuild, [rebuild])],
        ['reindex'],
        AbortSignal.timeout(50),
      );
      expect(code).toBe(1);
      expect(noted).toContain('The building goes on without this command');
    });

    it('counts what came meanwhile, and is full only at the end', () => {
      const at = (change: Partial<Reindex>) => progressOf({ ...rebuild, status: 'running', ...change }, 1_500);
      expect(at({ documents: 6, total: 12 }).text).toBe(`${'█'.repeat(12)}${'░'.repeat(12)} 6/12 items · 1 s`);
      expect(at({ documents: 13, total: 12 }).text).toContain('13/13 items');
      expect(at({ documents: 7, total: null }).text).toBe(`${'░'.repeat(24)} 7 items · 1 s`);
      expect(at({ status: 'completed', total: 0 })).toMatchObject({
        text: expect.stringContaining('█'.repeat(24)),
        ended: true,
      });
    });
  });

  describe('outbox', () => {
    const parked: ParkedEvent = {
      eventId: id,
      type: 'content.published',
      subject: 'x',
      topic: 'content.events',
      size: 600_000,
      reason: 'too large\u001b[2J',
      createdAt: time,
      parkedAt: time,
    };
    const outbox = (app: AppName, state: Partial<OutboxState> = {}, events: ParkedEvent[] = []) =>
      stubNeighbour(outboxApi(app), {
        readOutbox: () => ({ unsent: 0, oldestUnsentAt: null, parked: events.length, ...state }),
        listParkedEvents: ({ query }) =>
          query.cursor === undefined ? { items: events, next: 'more' } : { items: [], next: null },
        retryParkedEvent: ({ params }) => {
          if (!events.some(({ eventId }) => eventId === params.id)) throw notFound('outbox.event_not_found');
        },
      });

    it('tells of every service what waits and what is parked with its reason, and which did not answer', async () => {
      const others = publishingApps.filter((app) => !['auth-service', 'cms-service', 'media-service'].includes(app));
      const { code, printed, noted } = await runBeside(
        [auth(), outbox('cms-service', {}, [parked]), ...others.map((app) => outbox(app))],
        ['outbox'],
      );
      expect(code).toBe(1);
      expect(printed.slice(0, 3)).toEqual([
        'cms-service: nothing waits · 1 parked',
        `  ${id}  ${time}  content.published  x`,
        '      content.events, 600000 bytes: too large[2J',
      ]);
      expect(printed.slice(3)).toEqual(others.map((app) => `${app}: nothing waits`));
      expect(noted).toMatch(/media-service: media-service does not answer/);
    });

    it('tells how long the oldest has waited', () => {
      expect(describeState({ unsent: 3, oldestUnsentAt: time, parked: 0 }, Date.parse(time) + 12_400)).toBe(
        '3 unsent, the oldest for 12 s',
      );
    });

    /** Every service, one of which has the parked event. */
    const everyone = (): Neighbour[] => {
      const own = {
        ...authServiceApi,
        endpoints: { ...authServiceApi.endpoints, ...outboxApi('auth-service').endpoints },
      };
      const withOutbox = stubNeighbour(own, {
        issueServiceToken: () => ({ accessToken: 'token', tokenType: 'Bearer' as const, expiresIn: 600 }),
        retryParkedEvent: () => {
          throw notFound('outbox.event_not_found');
        },
      });
      const others = publishingApps.filter((app) => app !== 'auth-service');
      return [withOutbox, ...others.map((app) => outbox(app, {}, app === 'ingest-service' ? [parked] : []))];
    };

    it('offers a parked event again, whichever service has it', async () => {
      const { code, printed } = await runBeside(everyone(), ['outbox', 'retry', id]);
      expect([code, printed]).toEqual([
        0,
        [`ingest-service offers ${id} to the bus again; npm run mesh -- outbox tells whether it was taken.`],
      ]);
    });

    it('says that no service has it', async () => {
      const other = '0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e80';
      expect(await runBeside(everyone(), ['outbox', 'retry', other])).toMatchObject({
        code: 1,
        noted: `No app has a parked event ${other}.\n`,
      });
      expect(await runBeside([], ['outbox', 'retry', 'x'])).toMatchObject({
        code: 2,
        noted: expect.stringContaining('event id must be an id'),
      });
    });
  });

  describe('topics and consumers', () => {
    it.each(['topics', 'consumers'])(
      '%s says that there is no broker where events travel within one process',
      async (command) => {
        const { code, printed } = await runBeside([], [command]);
        expect([code, printed]).toEqual([0, [expect.stringContaining('EVENT_BUS=in-process')]]);
      },
    );

    it.each(['topics', 'consumers'])(
      '%s says in a line what is wrong with the configuration, or that no broker answers',
      async (command) => {
        const { terminal, noted } = createRecordingTerminal();
        const run = (environment: Record<string, string>) =>
          runCommand([command], { environment, input: process.stdin, terminal });
        expect(await run({ EVENT_BUS: 'kafka', KAFKA_SASL: 'plain', KAFKA_PASSWORD: 'hush' })).toBe(1);
        expect(noted()).toContain('KAFKA_BROKERS: is required when EVENT_BUS is kafka');
        expect(noted()).toContain('KAFKA_USERNAME: is required when KAFKA_SASL is plain');
        expect(noted()).not.toContain('hush');
        expect(await run({ EVENT_BUS: 'kafka', KAFKA_BROKERS: '127.0.0.1:1' })).toBe(1);
        expect(noted()).toContain('The brokers cannot be asked');
      },
    );
  });
});
