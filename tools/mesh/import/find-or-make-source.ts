import { cmsIngestApi, type Source } from '@mediamesh/contracts';
import { Refused } from '../api-client.js';
import type { EditorSession } from '../editor-session.js';
import { Failure } from '../failure.js';
import type { Feed } from './feed.js';

export interface SourceWish {
  readonly publish: boolean;
  /** The program to import into; without it the source creates one. */
  readonly programId: string | undefined;
}

/**
 * Finds the source of a feed by its URL or file name, or creates it. Each has one source, so repeated imports create no
 * duplicates. A new source takes its policy from `wish`; an existing one keeps its own.
 */
export async function findOrMakeSource(
  session: EditorSession,
  feed: Feed,
  wish: SourceWish,
): Promise<{ source: Source; made: boolean }> {
  const known = await findSource(session, feed);
  if (known) return { source: checkProgram(known, wish), made: false };
  const identity = 'url' in feed ? { url: feed.url } : { name: feed.name };
  const body = {
    kind: 'rss' as const,
    ...identity,
    ...(wish.programId !== undefined && { programId: wish.programId }),
    publish: wish.publish ? ('when_ready' as const) : ('draft' as const),
  };
  try {
    return {
      source: await session.patiently(() => session.clientOf(cmsIngestApi).createSource({ body }), { changes: true }),
      made: true,
    };
  } catch (error) {
    // another request created it meanwhile
    const other =
      error instanceof Refused && error.code === 'source.url_taken' ? await findSource(session, feed) : undefined;
    if (!other) throw error;
    return { source: checkProgram(other, wish), made: false };
  }
}

async function findSource(session: EditorSession, feed: Feed): Promise<Source | undefined> {
  const query = 'url' in feed ? { url: feed.url } : { name: feed.name };
  const { items } = await session.patiently(() => session.clientOf(cmsIngestApi).listSources({ query }));
  // a file's source has no URL, and other sources may have the same name
  return items.find(({ url }) => 'url' in feed || url === null);
}

/** A source keeps its program; to import into another one, the source must be removed first. */
function checkProgram(source: Source, { programId }: SourceWish): Source {
  if (programId === undefined || source.programId === programId) return source;
  const present = source.programId === null ? 'a program of its own' : `the program ${source.programId}`;
  throw new Failure(
    `This feed is imported into ${present} already, by the source ${source.id}. Remove that source to import the ` +
      `feed into ${programId}.`,
  );
}
