/** Checks the project graph and the tags of each project: without tags no import boundary applies. */
import { kit } from '../lint/boundaries.js';

const layers = ['text', 'contracts', 'kit', 'app-kit', 'app', 'launcher', 'test', 'tool'];

/** The output of `nx graph --file`. */
export interface ProjectGraph {
  readonly nodes: Readonly<
    Record<
      string,
      { readonly name: string; readonly data: { readonly root: string; readonly tags?: readonly string[] } }
    >
  >;
  readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
}

export function checkProjects({ nodes, dependencies }: ProjectGraph): string[] {
  const mistakes: string[] = [];
  const projects = Object.values(nodes);
  for (const { name, data } of projects) {
    const tags = data.tags ?? [];
    const ofLayer = tags.filter((tag) => tag.startsWith('layer:')).map((tag) => tag.slice('layer:'.length));
    if (ofLayer.length !== 1 || !layers.includes(ofLayer[0] ?? ''))
      mistakes.push(`${data.root}/project.json: needs one tag layer:${layers.join(' | ')}`);
    if (!tags.includes(`name:${name}`)) mistakes.push(`${data.root}/project.json: needs the tag name:${name}`);
    if (ofLayer[0] === 'kit' && !(name in kit)) mistakes.push(`tools/lint/boundaries.ts: says nothing about ${name}`);
  }
  const hosted = new Set(dependencies['all-in-one']?.map(({ target }) => target));
  for (const { name, data } of projects)
    if (data.tags?.includes('layer:app') && !hosted.has(name))
      mistakes.push(`all-in-one does not host ${name}, or Nx does not read imports`);
  return mistakes;
}
