import { setTimeout as pause } from 'node:timers/promises';
import type { MeshProcess } from './mesh-process.js';

/** Waits until all events are sent and handled, by the metrics of relay and consumers. */
export async function awaitHandled(mesh: MeshProcess): Promise<void> {
  const left = async (app: 'cms-service' | 'discovery-service' | 'search-service', metric: string): Promise<number> => {
    const text = await (await fetch(`${mesh.urlOf(app)}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith(metric))
      .reduce((sum, line) => sum + Number(line.trim().split(' ')[1]), 0);
  };
  for (let quiet = 0; quiet < 2; await pause(quiet === 0 ? 200 : 20)) {
    const counts = await Promise.all([
      left('cms-service', 'mediamesh_outbox_unsent'),
      left('discovery-service', 'mediamesh_events_waiting'),
      left('search-service', 'mediamesh_events_waiting'),
    ]);
    quiet = counts.every((count) => count === 0) ? quiet + 1 : 0;
  }
}
