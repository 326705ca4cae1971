import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@mediamesh/testing';
import { MeshClient } from './mesh-client.js';
import { root } from './processes.js';
import { Shell } from './shell.js';

interface Step {
  /** The sentence above it. */
  readonly name: string;
  readonly commands: string;
  /** What the page shows that it prints; `…` stands for anything. */
  readonly prints: string;
}

/** The blocks of commands of a page's section, each with what the page says it prints. */
function readSteps(page: string, from: string, to?: string): Step[] {
  const text = readFileSync(join(root, page), 'utf8');
  const section = text.slice(text.indexOf(from), to === undefined ? undefined : text.indexOf(to));
  const blocks = section.matchAll(/([^\n]+)\n\n```bash\n(.*?)\n```(?:\n\n```text\n(.*?)\n```)?/gs);
  return [...blocks].map(([, name = '', commands = '', prints = '']) => ({ name, commands, prints }));
}

const patternOf = (text: string): RegExp => new RegExp(`^${text.split('…').map(RegExp.escape).join('.*')}$`, 's');

/** Commands that only look may be given again until what they wait for has happened. */
const onlyLooks = (commands: string): boolean => !/curl[^|]*\s(?:-d|-X|--data-binary)\s|npm run/.test(commands);

describe('what the pages invite to try', () => {
  let mesh: MeshClient;
  let home: string;
  beforeAll(async () => {
    mesh = await MeshClient.shared();
    home = await mkdtemp(join(tmpdir(), 'mesh-tour-'));
    // a busy machine may answer 503 with Retry-After
    await writeFile(join(home, '.curlrc'), 'retry = 4\n');
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  describe.each([
    { page: 'README.md', steps: readSteps('README.md', '## Try it', '## The map') },
    { page: 'docs/tour.md', steps: readSteps('docs/tour.md', '## Log in') },
  ])('$page', ({ steps }) => {
    let shell: Shell;
    beforeAll(() => {
      shell = new Shell({ MESH_FOLDER: join(mesh.folder, '.mesh'), CURL_HOME: home, TMPDIR: home });
    });
    afterAll(() => shell.close());

    it('has steps to take', () => {
      expect(steps.length).toBeGreaterThanOrEqual(3);
    });

    it.each(steps)('prints what it says: $name', async ({ commands, prints }) => {
      const isAsShown = (printed: string): boolean => patternOf(prints).test(printed);
      const printed = await (onlyLooks(commands)
        ? eventually(() => shell.run(commands), isAsShown, `it prints ${prints}`)
        : shell.run(commands));
      expect(printed).toMatch(patternOf(prints));
    });
  });
});
