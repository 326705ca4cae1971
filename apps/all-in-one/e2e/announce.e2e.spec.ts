import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyTable, eventually, type TestBody } from '@mediamesh/testing';
import { RunningMesh } from './mesh.js';
import type { Answer } from './mesh-client.js';
import { ended, spawnProgram } from './processes.js';

describe('a catalogue that was lost', () => {
  let mesh: RunningMesh;
  let shown: TestBody;
  let hidden: TestBody;
  let isWhole: (seen: TestBody) => boolean;
  beforeAll(async () => {
    mesh = await RunningMesh.start();
    const publish = (title: string, more: object = {}): Promise<TestBody> =>
      mesh.publishProgram({
        type: 'podcast',
        defaultLanguage: 'ar',
        category: 'arts.food',
        localizations: { ar: { title } },
        ...more,
      });
    const [coffee, tea, gone] = [
      await publish('أسرار القهوة'),
      await publish('أسرار الشاي', { category: 'history' }),
      await publish('أسرار مسحوبة'),
    ];
    const episode = await addEpisode(coffee.id as string, 'الحلقة الأولى');
    await mesh.editors('POST', `/cms/episodes/${episode}/publish`, { headers: { 'if-match': '*' } });
    // what is still on its way would be shown after the catalogue was lost
    await eventually(
      () => mesh.public(`/programs/${gone.id}`),
      ({ status }) => status === 200,
      'it is public before it is withdrawn',
    );
    await mesh.editors('POST', `/cms/programs/${gone.id}/unpublish`, { headers: { 'if-match': '*' } });
    await mesh.editors('PATCH', `/cms/programs/${tea.id}`, {
      body: { localizations: { ar: { title: 'تعديل لم ينشر' } } },
      headers: { 'if-match': '*' },
    });
    const draft = await mesh.editors('POST', '/cms/programs', {
      body: { type: 'podcast', defaultLanguage: 'ar', localizations: { ar: { title: 'أسرار لم تنشر' } } },
    });
    hidden = { programs: [gone.id, draft.body.id], episode: await addEpisode(coffee.id as string, 'مسودة حلقة') };
    isWhole = ({ programs, episodes, categories }) =>
      idsOf(programs).join() === [tea.id, coffee.id].join() &&
      programs[1].episodeCount === 1 &&
      idsOf(episodes).join() === episode &&
      countOf('arts.food', categories) === 1 &&
      countOf('history', categories) === 1;
    shown = await eventually(() => look(coffee.id as string), isWhole, 'everything public is shown, and nothing else');
  });
  afterAll(() => mesh.close());

  async function addEpisode(program: string, title: string): Promise<string> {
    const { body } = await mesh.editors('POST', `/cms/programs/${program}/episodes`, {
      body: { defaultLanguage: 'ar', localizations: { ar: { title } }, link: 'https://example.org/1' },
    });
    return body.id as string;
  }
  const idsOf = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);

  const countOf = (category: string, all: readonly { key: string; programCount: number }[]): number | undefined =>
    all.find(({ key }) => key === category)?.programCount;

  /** What the public sees of the catalogue. */
  async function look(program: string): Promise<TestBody> {
    const [programs, episodes, categories] = await Promise.all([
      mesh.public('/programs'),
      mesh.public(`/programs/${program}/episodes`),
      mesh.public('/categories'),
    ]);
    const itemsOf = ({ body }: Answer): TestBody => body.items ?? [];
    return { program, programs: itemsOf(programs), episodes: itemsOf(episodes), categories: itemsOf(categories) };
  }

  /** Behind the back of discovery-service, whichever store it has. */
  async function loseCatalogue(): Promise<void> {
    await mesh.host.query('discovery', 'truncate programs, episodes, titles, vocabularies');
    const {
      CATALOG_STORE,
      DYNAMODB_ENDPOINT,
      DYNAMODB_TABLE_PREFIX = '',
      DYNAMODB_ACCESS_KEY_ID,
      DYNAMODB_SECRET_ACCESS_KEY,
    } = mesh.host.environment;
    if (CATALOG_STORE !== 'dynamodb') return;
    await emptyTable(
      {
        endpoint: DYNAMODB_ENDPOINT,
        region: 'us-east-1',
        accessKeyId: DYNAMODB_ACCESS_KEY_ID,
        secretAccessKey: DYNAMODB_SECRET_ACCESS_KEY,
        tablePrefix: DYNAMODB_TABLE_PREFIX,
      },
      'catalogue',
    );
  }

  /** `npm run mesh -- …` beside the mesh. */
  async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
    let output = '';
    const child = spawnProgram('tools/mesh/main.js', {
      cwd: mesh.folder,
      environment: { ...mesh.host.environment, MESH_FOLDER: join(mesh.folder, '.mesh') },
      args,
      onOutput: (text) => (output += text),
    });
    return { code: await ended(child), output };
  }

  it('is filled again by one command, with everything public as it was and nothing else', async () => {
    await loseCatalogue();
    expect(await look(shown.program as string)).toEqual({
      program: shown.program,
      programs: [],
      episodes: [],
      categories: [],
    });

    const { code, output } = await run('announce');
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringMatching(/4\/4 items(.|\n)*Announced again: 4 documents and tombstones, and the categories/),
    });
    const filled = await eventually(() => look(shown.program as string), isWhole, 'everything is shown again');
    expect(filled).toEqual(shown);
    for (const id of hidden.programs) expect([id, (await mesh.public(`/programs/${id}`)).status]).toEqual([id, 404]);
    expect((await mesh.public(`/episodes/${hidden.episode}`)).status).toBe(404);
    expect(JSON.stringify(filled)).not.toContain('تعديل لم ينشر');
  });

  it('holds what is published afterwards, and changes nothing when told again', async () => {
    const { id } = await mesh.publishProgram({
      type: 'podcast',
      defaultLanguage: 'ar',
      localizations: { ar: { title: 'بعد الضياع' } },
    });
    const before = await eventually(
      () => look(shown.program as string),
      ({ programs }) => programs.length === 3,
      'the new one is shown',
    );
    expect((await run('announce')).code).toBe(0);
    const { body } = await mesh.asOperator('cms-service', 'GET', '/outbox');
    expect(body.parked).toBe(0);
    await mesh.publishProgram({
      type: 'podcast',
      defaultLanguage: 'ar',
      localizations: { ar: { title: 'بعد الجميع' } },
    });
    const after = await eventually(
      () => look(shown.program as string),
      ({ programs }) => programs.length === 4,
      'what follows behind them is shown',
    );
    expect(after.programs.slice(1)).toEqual(before.programs);
    expect(after.programs[1].id).toBe(id);
  });

  it('stops in order', async () => {
    expect(await mesh.stop()).toBe(0);
  });
});
