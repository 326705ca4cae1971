import { Editor } from './editor.js';
import { GeneratedText } from './generated-text.js';
import { type MeshProcess, send } from './mesh-process.js';

const programs = 40;
/** How long the last one may take to become public, in milliseconds. */
const patience = 10_000;

/** Publishes the same programs in two languages, and waits until the last one is public. Returns its id. */
export async function publishPrograms(mesh: MeshProcess): Promise<string> {
  const editor = new Editor(mesh);
  const text = new GeneratedText({ size: 5_000 });
  let id = '';
  for (let n = 0; n < programs; n++) {
    const about = (): { title: string; description: string } => ({
      title: text.sentence(6),
      description: `<p>${text.sentence(60)}</p>`,
    });
    ({ id } = await editor.publishProgram({ ar: about(), en: about() }));
  }
  await appears(mesh, id);
  return id;
}

async function appears(mesh: MeshProcess, id: string): Promise<void> {
  const url = `${mesh.file.discovery}/api/v1/discovery/programs/${id}`;
  for (const end = performance.now() + patience; ;) {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    if (answer.ok) return;
    if (performance.now() > end) return void (await send('GET', url));
  }
}
