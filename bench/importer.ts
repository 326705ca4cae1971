import { randomUUID } from 'node:crypto';
import type { ImportedContent, ImportedEpisodes, ImportedProgram } from '@mediamesh/contracts';
import { type MeshProcess, send } from './mesh-process.js';

/** The largest batch of cms-service. */
const batchSize = 200;
/** In milliseconds; service tokens are valid for ten minutes. */
const renewAfter = 5 * 60_000;

export interface ImportItem {
  readonly key: string;
  readonly content: ImportedContent;
}

/** Imports as ingest-service does: batches of 200 to cms-service, published at once. */
export class Importer {
  private token = '';
  private renewAt = 0;

  constructor(private readonly mesh: MeshProcess) {}

  /** Creates and publishes a program for a new source. */
  async importProgram(title: string): Promise<{ sourceId: string; programId: string }> {
    const sourceId = randomUUID();
    const body = {
      key: title,
      publish: true,
      content: { type: 'podcast', defaultLanguage: 'en', localizations: { en: { title } } },
    };
    const { programId, published } = await this.put<ImportedProgram>(`${sourceId}/program`, body);
    if (!published) throw new Error(`The program «${title}» stayed a draft`);
    return { sourceId, programId };
  }

  /** Returns the ids in the order of the items. Rejects unless every item is new and published. */
  async importEpisodes(
    { sourceId, programId }: { sourceId: string; programId: string },
    items: readonly ImportItem[],
  ): Promise<string[]> {
    const ids: string[] = [];
    for (let from = 0; from < items.length; from += batchSize) {
      const batch = items.slice(from, from + batchSize);
      const { results } = await this.put<ImportedEpisodes>(`${sourceId}/episodes`, {
        programId,
        publish: true,
        items: batch,
      });
      const bad = results.find(({ outcome, published }) => outcome !== 'new' || !published);
      if (bad) throw new Error(`An item was not imported as it should: ${JSON.stringify(bad)}`);
      ids.push(...results.map(({ episodeId }) => episodeId ?? ''));
    }
    return ids;
  }

  private async put<T>(path: string, body: unknown): Promise<T> {
    if (performance.now() > this.renewAt) {
      this.token = await this.mesh.serviceToken('cms-service');
      this.renewAt = performance.now() + renewAfter;
    }
    return send<T>('PUT', `${this.mesh.urlOf('cms-service')}/internal/v1/imports/${path}`, {
      body,
      headers: { 'x-service-authorization': `Bearer ${this.token}` },
    });
  }
}
