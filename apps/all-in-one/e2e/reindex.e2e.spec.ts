import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestBody } from '@mediamesh/testing';
import { type Answer, MeshClient, request } from './mesh-client.js';

const program = (title: string) => ({ type: 'podcast', defaultLanguage: 'ar', localizations: { ar: { title } } });
/** What discovery-service waits for the search engine at the least, in milliseconds. */
const patience = 1_000;
const titleOf = (n: number): string => `نشرة الظهيرة كلمة${letters(n)}`;
/** A number as a word that no other number is alike to. */
const letters = (n: number): string =>
  [...String(n).padStart(3, '0')].map((digit) => 'بتثجحخدذرز'[Number(digit)]).join('و');
const wordOf = (n: number): string => `كلمة${letters(n)}`;

/** What an administrator asks of the mesh. */
const asAdmin = (mesh: MeshClient, method: string, path: string): Promise<Answer> =>
  mesh.as(mesh.file.admin, method, `/ops${path}`);

const ended = (mesh: MeshClient, id: string): Promise<TestBody> =>
  eventually(
    () => asAdmin(mesh, 'GET', `/reindexes/${id}`).then(({ body }) => body as TestBody),
    ({ status }) => status === 'completed' || status === 'failed',
    'the index is built',
    { timeoutMs: 60_000 },
  );

const idsOf = ({ body }: Answer): string[] =>
  (body.items as { program?: { id: string }; id?: string }[]).map((item) => item.program?.id ?? item.id ?? '');

describe('building the search index anew', () => {
  let mesh: MeshClient;
  beforeAll(async () => {
    mesh = await MeshClient.shared();
  });

  it('is for administrators alone', async () => {
    expect((await mesh.editors('POST', '/ops/reindex')).status).toBe(403);
    expect((await request('POST', `${mesh.file.cms}/api/v1/ops/reindex`)).status).toBe(401);
  });

  it('loses nothing that is published or withdrawn meanwhile, and no search finds nothing', async () => {
    const publish = (first: number, count: number): Promise<TestBody[]> =>
      mesh.publishPrograms(Array.from({ length: count }, (_, n) => program(titleOf(first + n))));
    const published = await publish(0, 40);
    await mesh.untilFound('نشرة', 40);

    const started = await asAdmin(mesh, 'POST', '/reindex');
    expect([started.status, started.headers.get('location')]).toEqual([
      202,
      `/api/v1/ops/reindexes/${started.body.id}`,
    ]);
    let isBuilding = true;
    // answers of the gateway's cache would prove nothing: each question is another one
    const searching = (async () => {
      const answers: Answer[] = [];
      for (let n = 0; isBuilding; n = (n + 1) % 100) {
        const asked = performance.now();
        const answer = await request('GET', mesh.publicUrl(`/search?q=${encodeURIComponent('نشرة')}&limit=${n + 1}`));
        // an engine that is slow is left for the catalogue, which says so; one without an index would be left at once
        if (performance.now() - asked < patience || !(answer.status === 503 || answer.body.degraded))
          answers.push(answer);
      }
      return answers;
    })();
    const added = await publish(100, 20);
    const withdrawn = published.slice(0, 10);
    for (const { id } of withdrawn) {
      const { status } = await mesh.editors('POST', `/cms/programs/${id}/unpublish`, { headers: { 'if-match': '*' } });
      expect(status).toBe(200);
    }
    const built = await ended(mesh, started.body.id as string);
    isBuilding = false;
    expect(built).toMatchObject({
      status: 'completed',
      error: null,
      documents: expect.any(Number),
      requestedBy: expect.stringMatching(/^user:/),
    });

    const answers = await searching;
    expect(answers.length).toBeGreaterThan(0);
    expect(
      answers
        .filter(({ status, body }) => status !== 200 || body.total.value < 30 || body.degraded)
        .map(({ status, body }) => [status, body]),
    ).toEqual([]);
    const expected = [...published.slice(10), ...added].map(({ id }) => id as string).sort();
    await eventually(
      () => mesh.search('نشرة', '&limit=100'),
      (answer) => idsOf(answer).toSorted().join() === expected.join(),
      'exactly what is public is found',
    );
    for (const [n, count] of [
      [15, 1],
      [110, 1],
      [3, 0],
    ] as const)
      await mesh.untilFound(wordOf(n), count);
    expect((await asAdmin(mesh, 'GET', '/reindexes?limit=1')).body.items[0].id).toBe(started.body.id);
  });
});
