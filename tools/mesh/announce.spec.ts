import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type Announcement,
  authServiceApi,
  cmsServiceApi,
  forbidden,
  metadataServiceApi,
  outboxApi,
  screamingName,
  unavailable,
} from '@mediamesh/contracts';
import { freePorts, type Neighbour, stubNeighbour } from '@mediamesh/testing';
import { announce, type Patience, progressOf } from './announce.js';
import { createRecordingTerminal } from './fixtures/recording-terminal.js';
import { runCommand } from './run-command.js';
import { createServiceClients } from './service-clients.js';

const idOf = (n: number): string => `0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e${String(n).padStart(2, '0')}`;
const patient: Patience = { pauseMs: 5, longestSilenceMs: 60_000 };
const impatient: Patience = { pauseMs: 5, longestSilenceMs: 50 };

describe('announce', () => {
  const running: Neighbour[] = [];
  afterEach(async () => {
    for (const one of running.splice(0)) await one.close();
  });

  const auth = (expiresIn = 600) =>
    stubNeighbour(authServiceApi, {
      issueServiceToken: () => ({ accessToken: 'token', tokenType: 'Bearer' as const, expiresIn }),
    });
  const metadata = () => stubNeighbour(metadataServiceApi, { announceVocabularies: () => ({ announced: 1 }) });
  /**
   * cms-service that answers each page with these in turn, and has so many events to send at each look; `meanwhile`
   * happens during each page.
   */
  const cms = (
    pages: readonly (Announcement | Error)[],
    unsent: readonly number[] = [0],
    meanwhile: () => void = () => undefined,
  ) => {
    const next = <T>(list: readonly T[], asked: number): T => list[Math.min(asked, list.length - 1)] as T;
    let [page, look] = [0, 0];
    const both = { ...cmsServiceApi, endpoints: { ...cmsServiceApi.endpoints, ...outboxApi('cms-service').endpoints } };
    return stubNeighbour(both, {
      countPublicDocuments: () => ({ documents: 9, tombstones: 3 }),
      announcePublicDocuments: () => {
        meanwhile();
        const answer = next(pages, page++);
        if (answer instanceof Error) throw answer;
        return answer;
      },
      readOutbox: () => ({ unsent: next(unsent, look++), oldestUnsentAt: '2026-11-22T12:00:00.000Z', parked: 0 }),
    });
  };
  const three: Announcement[] = [
    { announced: 5, next: idOf(5) },
    { announced: 5, next: idOf(10) },
    { announced: 2, next: null },
  ];
  const namesOf = ({ calls }: Neighbour): string[] => calls.map(({ endpoint }) => endpoint);
  const pagesOf = ({ calls }: Neighbour): unknown[] =>
    calls.flatMap(({ endpoint, input }) => (endpoint === 'announcePublicDocuments' ? [input.query] : []));

  /** Where these neighbours are, with nobody at the places of the others. */
  async function listen(neighbours: readonly Neighbour[]): Promise<Record<string, string>> {
    const apps = ['auth-service', 'cms-service', 'metadata-service'];
    const ports = await freePorts(apps.length);
    for (const one of neighbours) await one.listen(ports[apps.indexOf(one.app)] ?? 0);
    running.push(...neighbours);
    return {
      SERVICE_SECRET_MESH: 'the secret',
      ...Object.fromEntries(apps.map((app, index) => [`${screamingName(app)}_PORT`, String(ports[index])])),
    };
  }

  async function runBeside(neighbours: readonly Neighbour[], ...args: string[]) {
    const { terminal, printed, noted } = createRecordingTerminal();
    const code = await runCommand(['announce', ...args], {
      environment: await listen(neighbours),
      input: process.stdin,
      terminal,
    });
    return { code, printed, noted: noted() };
  }

  async function announceBeside(
    neighbours: readonly Neighbour[],
    {
      patience = patient,
      interrupted = new AbortController().signal,
      after,
    }: { patience?: Patience; interrupted?: AbortSignal; after?: string } = {},
  ) {
    const { terminal, printed, noted } = createRecordingTerminal();
    const code = await announce(
      after,
      await createServiceClients(await listen(neighbours)),
      terminal,
      interrupted,
      patience,
    );
    return { code, printed, noted: noted() };
  }

  it('has the categories and every page announced, shows how far it is, and ends with how many', async () => {
    const [names, pages] = [metadata(), cms(three)];
    const { code, printed, noted } = await runBeside([auth(), names, pages]);
    expect(code).toBe(0);
    expect(printed).toEqual([
      expect.stringMatching(/^Announced again: 12 documents and tombstones, and the categories, \d+\.\d s\./),
    ]);
    expect(noted).toContain('5/12 items');
    expect(noted).toContain('12/12 items');
    expect(namesOf(names)).toEqual(['announceVocabularies']);
    expect(pagesOf(pages)).toEqual([{ limit: 200 }, { after: idOf(5), limit: 200 }, { after: idOf(10), limit: 200 }]);
  });

  it('begins after the id it is given', async () => {
    const pages = cms([{ announced: 2, next: null }]);
    const { code, noted } = await runBeside([auth(), metadata(), pages], '--after', idOf(10).toUpperCase());
    expect(code).toBe(0);
    expect(noted).toContain('2 items');
    expect(pagesOf(pages)).toEqual([{ after: idOf(10), limit: 200 }]);
  });

  it('refuses what is no id', async () => {
    expect(await runBeside([], '--after', '7')).toMatchObject({
      code: 2,
      noted: expect.stringContaining('--after must be an id'),
    });
  });

  it('waits while there is much to send', async () => {
    const pages = cms(three, [0, 900, 700, 500]);
    const { code, noted } = await announceBeside([auth(), metadata(), pages]);
    expect(code).toBe(0);
    const page = ['readOutbox', 'announcePublicDocuments'];
    expect(namesOf(pages)).toEqual(['countPublicDocuments', ...page, 'readOutbox', 'readOutbox', ...page, ...page]);
    expect(noted).not.toContain('goes on');
  });

  it('bears a service that is away for a moment', async () => {
    const pages = cms([
      ...three.slice(0, 1),
      unavailable('request.unavailable'),
      unavailable('request.unavailable'),
      ...three.slice(1),
    ]);
    expect(await announceBeside([auth(), metadata(), pages])).toMatchObject({
      code: 0,
      printed: [expect.stringContaining('12 documents')],
    });
    expect(pagesOf(pages).slice(1, 4)).toEqual(Array.from({ length: 3 }, () => ({ after: idOf(5), limit: 200 })));
  });

  it('ends with 1 and from where it can go on, when a service stays away', async () => {
    const { code, printed, noted } = await announceBeside(
      [auth(), metadata(), cms([...three.slice(0, 2), unavailable('request.unavailable')])],
      { patience: impatient },
    );
    expect([code, printed]).toEqual([1, []]);
    expect(noted).toContain('(request.unavailable)');
    expect(noted).toMatch(
      new RegExp(`\nAnnounced 10 so far; npm run mesh -- announce --after ${idOf(10)} goes on\\.\n$`),
    );
  });

  it('ends with 1 at once, when it is refused', async () => {
    const pages = cms([forbidden('auth.not_allowed')]);
    const { code, noted } = await announceBeside([auth(), metadata(), pages], { after: idOf(3) });
    expect([code, pagesOf(pages).length]).toEqual([1, 1]);
    expect(noted).toContain(`Announced 0 so far; npm run mesh -- announce --after ${idOf(3)} goes on.`);
    expect((await announceBeside([auth()], { patience: impatient })).noted).toContain(
      'Announced 0 so far; npm run mesh -- announce begins anew.',
    );
  });

  it('ends with 1 when nothing is sent for too long', async () => {
    const pages = cms(three, [0, 900]);
    const { code, noted } = await announceBeside([auth(), metadata(), pages], { patience: impatient });
    expect([code, pagesOf(pages).length]).toEqual([1, 1]);
    expect(noted).toContain('cms-service has 900 events to send, and sends none');
    expect(noted).toContain(`--after ${idOf(5)} goes on`);
  });

  it('ends after a page when it is interrupted, and says how to go on', async () => {
    const interrupt = new AbortController();
    const pages = cms(three, [0], () => interrupt.abort());
    const { code, printed, noted } = await announceBeside([auth(), metadata(), pages], {
      interrupted: interrupt.signal,
    });
    expect([code, printed, pagesOf(pages).length]).toEqual([1, [], 1]);
    expect(noted).toMatch(
      new RegExp(`\nAnnounced 5 so far; npm run mesh -- announce --after ${idOf(5)} goes on\\.\n$`),
    );
  });

  it('gets itself a new token before the one it has ends', async () => {
    const issuing = auth(0);
    const pages = cms(three);
    expect(await announceBeside([issuing, metadata(), pages])).toMatchObject({ code: 0 });
    expect(
      issuing.calls.filter(({ input }) => Reflect.get(input.body ?? {}, 'audience') === 'cms-service'),
    ).toHaveLength(pages.calls.length);
    const lasting = auth();
    await announceBeside([lasting, metadata(), cms(three)]);
    expect(lasting.calls).toHaveLength(2);
  });

  it('shows what came meanwhile, and is full only at the end', () => {
    const at = (change: object) =>
      progressOf({ announced: 6, total: 12, after: undefined, next: 'page', ...change }, 1_500);
    expect(at({}).text).toBe(`${'█'.repeat(12)}${'░'.repeat(12)} 6/12 items · 1 s`);
    expect(at({ announced: 13 }).text).toContain('13/13 items');
    expect(at({ total: undefined }).text).toBe(`${'░'.repeat(24)} 6 items · 1 s`);
    expect(at({ next: 'room' }).text).toContain('waits until cms-service has sent some');
    expect(at({ next: 'nothing', announced: 0, total: 0 })).toMatchObject({
      text: expect.stringContaining('█'.repeat(24)),
      ended: true,
    });
  });
});
