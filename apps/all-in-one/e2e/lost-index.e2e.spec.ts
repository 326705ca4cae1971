import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@mediamesh/testing';
import { RunningMesh } from './mesh.js';
import type { Answer } from './mesh-client.js';
import type { OneProcess } from './one-process.js';

const program = (title: string) => ({ type: 'podcast', defaultLanguage: 'ar', localizations: { ar: { title } } });
const idsOf = ({ body }: Answer): string[] =>
  (body.items as { program?: { id: string }; id?: string }[]).map((item) => item.program?.id ?? item.id ?? '');

describe('an index that was lost while its database was kept', () => {
  let mesh: RunningMesh<OneProcess>;
  beforeAll(async () => {
    mesh = await RunningMesh.startEmbedded();
  });
  afterAll(() => mesh.close());

  it('is built anew at the next start, without being asked, and never answers that there is nothing', async () => {
    const { id } = await mesh.publishProgram(program('قهوة الصباح كلمةبوبوت'));
    const gone = await mesh.publishProgram(program('قهوة الصباح كلمةبوبوث'));
    await mesh.untilFound('قهوة', 2);
    await mesh.editors('POST', `/cms/programs/${gone.id}/unpublish`, { headers: { 'if-match': '*' } });
    expect(idsOf(await mesh.untilFound('قهوة', 1))).toEqual([id]);
    await mesh.stop();
    await rm(join(mesh.folder, '.mesh/search'), { recursive: true, force: true });
    await mesh.restart();
    const answers: Answer[] = [];
    await eventually(
      async () => {
        const answer = await mesh.search('قهوة', `&limit=${(answers.length % 100) + 1}`);
        answers.push(answer);
        return answer;
      },
      ({ body }) => body.degraded === false && body.total?.value === 1,
      'it is found by its words again',
      { timeoutMs: 30_000 },
    );
    // Until then titles are looked up in the catalogue, and the answer says so.
    expect(answers.filter(({ status, body }) => status !== 200 || (body.total.value === 0 && !body.degraded))).toEqual(
      [],
    );
    expect(idsOf(await mesh.search('قهوة', '&limit=77'))).toEqual([id]);
    expect((await mesh.search('كلمةبوبوث')).body.items).toEqual([]);
    const { body } = await eventually(
      () => mesh.as(mesh.file.admin, 'GET', '/ops/reindexes'),
      (answer) => answer.body.items[0].status === 'completed',
      'the index is built',
    );
    expect(body.items[0]).toMatchObject({
      status: 'completed',
      requestedBy: 'service:search-service',
      documents: 1,
      tombstones: 1,
      found: 1,
    });
  });
});
