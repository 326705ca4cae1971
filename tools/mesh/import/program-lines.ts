import { setTimeout as pause } from 'node:timers/promises';
import { cmsGatewayApi, discoveryGatewayApi, type Program } from '@mediamesh/contracts';
import { programAddress } from '../addresses.js';
import { createApiClient, Refused } from '../api-client.js';
import type { EditorSession } from '../editor-session.js';
import { readable } from '../terminal.js';
import { codeText } from './report.js';

/** How long a published program may take to become public, in milliseconds. */
const publicWithinMs = 5_000;

/** The program of a run, with its public URL or the reason why it has none. */
export async function programLines(session: EditorSession, discovery: string, programId: string): Promise<string[]> {
  const cms = session.clientOf(cmsGatewayApi);
  const program = await session.patiently(() => cms.getProgram({ params: { id: programId } }));
  const head = `Program ${program.id}: ${readable(titleOf(program))}`;
  if (program.status !== 'published')
    return [
      `${head} (${program.status === 'draft' ? 'draft' : 'withdrawn'}, not public)`,
      ...(await missingLines(session, program)),
    ];
  const slug = await findPublicSlug(discovery, program);
  if (slug === undefined) return [`${head} (published; the public side does not show it yet)`];
  const { readable: shown, usable } = programAddress(discovery, slug);
  return [head, `  ${shown}`, ...(usable === shown ? [] : [`  ${usable}`])];
}

const titleOf = ({ localizations, defaultLanguage, id }: Program): string =>
  localizations[defaultLanguage]?.title ?? id;

async function missingLines(session: EditorSession, program: Program): Promise<string[]> {
  const readiness = await session.patiently(() =>
    session.clientOf(cmsGatewayApi).programReadiness({ params: { id: program.id } }),
  );
  const blocking = readiness.languages[program.defaultLanguage]?.blocking ?? [];
  return blocking.map(({ code }) => `  ${codeText(code)}`);
}

/** The public slug of a program. The public side is eventually consistent, so this retries for a while. */
async function findPublicSlug(discovery: string, { id, defaultLanguage }: Program): Promise<string | undefined> {
  const client = createApiClient(discoveryGatewayApi, { url: discovery });
  const end = performance.now() + publicWithinMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    try {
      return (await client.getProgram({ params: { idOrSlug: id }, query: { lang: defaultLanguage } })).slug;
    } catch (error) {
      const notYet = error instanceof Refused && [404, 429, 503].includes(error.status);
      if (!notYet) throw error;
      if (performance.now() + pauseMs > end) return undefined;
      await pause(pauseMs);
    }
  }
}
