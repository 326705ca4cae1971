import { setTimeout as pause } from 'node:timers/promises';
import { BadAnswer, type MeshProcess, send, type RequestContent } from './mesh-process.js';

export interface Text {
  readonly title: string;
  readonly description?: string;
}

/** Creates and publishes through the CMS gateway, like an editor's client. */
export class Editor {
  private token = '';
  private renewAt = 0;

  constructor(private readonly mesh: MeshProcess) {}

  /** Publishes a new program. Returns its id and the time of the answer (`performance.now()`). */
  async publishProgram(localizations: Readonly<Record<string, Text>>): Promise<{ id: string; publishedAt: number }> {
    const [defaultLanguage] = Object.keys(localizations);
    const { id, etag = '' } = await this.send<{ id: string }>('POST', '/cms/programs', {
      body: { type: 'podcast', defaultLanguage, localizations },
    });
    await this.send('POST', `/cms/programs/${id}/publish`, { headers: { 'if-match': etag } });
    return { id, publishedAt: performance.now() };
  }

  /** One request to the CMS gateway, below `/api/v1`. */
  async send<T>(method: string, path: string, sent: RequestContent = {}): Promise<T & { readonly etag?: string }> {
    const { cms, editor } = this.mesh.file;
    if (performance.now() > this.renewAt) {
      this.token = (
        await send<{ accessToken: string }>('POST', `${cms}/api/v1/auth/login`, { body: editor })
      ).accessToken;
      this.renewAt = performance.now() + 10 * 60_000;
    }
    const request = { ...sent, headers: { authorization: `Bearer ${this.token}`, ...sent.headers } };
    for (let attempt = 1; ; attempt++) {
      try {
        return await send<T>(method, `${cms}/api/v1${path}`, request);
      } catch (error) {
        // lost a race for the same title: nothing was written, so it may be retried
        if (!(error instanceof BadAnswer) || error.status !== 503 || attempt === 5) throw error;
        await pause(100 * attempt);
      }
    }
  }
}

export async function searchIds(mesh: MeshProcess, q: string, limit = 10): Promise<string[]> {
  const { items, degraded } = await send<{
    degraded: boolean;
    items: { program?: { id: string }; episode?: { id: string } }[];
  }>('GET', `${mesh.file.discovery}/api/v1/discovery/search?q=${encodeURIComponent(q)}&limit=${limit}`);
  if (degraded) throw new Error('search-service is away: titles answered instead');
  return items.flatMap(({ program, episode }) => (program ?? episode)?.id ?? []);
}

/** Runs `work` on each item, `width` at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let index = next++; index < items.length; index = next++) await work(items[index] as T, index);
    }),
  );
}
