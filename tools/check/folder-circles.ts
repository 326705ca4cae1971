/**
 * Finds import cycles between the folders of an app or library. Folders are domains: in a cycle none can be read, moved
 * or tested alone. `index.ts` and `main.ts` wire a project and belong to no folder; tests may import anything.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Folder → imported folder → the first such import, as `items/item.ts imports ../slugs/slug.js`. */
type FolderGraph = Map<string, Map<string, string>>;

const isProduct = (file: string): boolean =>
  !/\.(?:spec|builder|contract|setup|bench)\.ts$/.test(file) && !/^(?:index|main)\.ts$/.test(file);
/** Prettier keeps the path of an import on its last line. */
const addresses = /(?:\bfrom|\bimport|\bimport\()\s*'(\.{1,2}\/[^']+)\.js'/g;

function readGraph(sources: string): FolderGraph {
  const graph: FolderGraph = new Map();
  for (const file of globSync('**/*.ts', { cwd: sources }).filter(isProduct).sort()) {
    const folder = dirname(file);
    for (const [, address = ''] of readFileSync(join(sources, file), 'utf8').matchAll(addresses)) {
      const target = dirname(relative(sources, resolve(sources, folder, address)));
      const edges = graph.get(folder) ?? new Map<string, string>();
      if (target === folder || target.startsWith('..')) continue;
      if (!edges.has(target)) edges.set(target, `${file} imports ${address}.js`);
      graph.set(folder, edges);
    }
  }
  return graph;
}

function findWay(graph: FolderGraph, from: string, to: string): string[] | undefined {
  const ways = [[from]];
  const seen = new Set(ways[0]);
  for (const way of ways) {
    for (const next of graph.get(way.at(-1)!)?.keys() ?? []) {
      if (next === to) return [...way, next];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

/** One sentence for each cycle below `sources`. */
export function findFolderCircles(sources: string): string[] {
  const graph = readGraph(sources);
  const circles = new Map<string, string>();
  for (const folder of graph.keys()) {
    const way = findWay(graph, folder, folder);
    if (way === undefined) continue;
    const steps = way.slice(1).map((next, index) => graph.get(way[index]!)!.get(next)!);
    const key = [...new Set(way)].sort().join();
    if (!circles.has(key)) circles.set(key, `${way.join(' → ')} (${steps.join('; ')})`);
  }
  return [...circles.values()];
}

/** One sentence for each cycle in any app or library. */
export const checkFolderCircles = (root: string): string[] =>
  globSync('{apps,libs}/*/src', { cwd: root })
    .sort()
    .flatMap((project) => findFolderCircles(join(root, project)).map((circle) => `${project}: ${circle}`));
