import { randomUUIDv7 } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  conflict,
  contentCreated,
  EpisodeContent,
  invalid,
  notFound,
  ProgramContent,
  Refusal,
  stale,
  unavailable,
} from '@mediamesh/contracts';
import { Cursors, fieldErrors } from '@mediamesh/http';
import { Outbox } from '@mediamesh/outbox';
import { Database, type EntityManager, uniqueViolation } from '@mediamesh/postgres';
import { fold } from '@mediamesh/text';
import { Injectable } from '@nestjs/common';
import { type Wish, wishSlugs } from '../slugs/slug-choice.js';
import { slugScope, SlugsRepository } from '../slugs/slugs.repository.js';
import { Contents } from '../versions/contents.js';
import { VersionsRepository } from '../versions/versions.repository.js';
import { Claims } from './claims.js';
import { type Content, type Draft, type Item, type ItemKind, moveVersion, newItem } from './item.js';
import { type ItemFilters, ItemsRepository } from './items.repository.js';
import { mergePatch } from './merge-patch.js';
import { claimPatched, type Origins, ownAll, takeFromSource } from './origin.js';

export interface NewDraft {
  /** The editor; nobody for an import. */
  readonly createdBy?: string | null;
  /** For an episode. */
  readonly programId?: string;
  /** Where it was imported from, and what it is called there. */
  readonly source?: { readonly id: string; readonly key: string };
}

/** What a source's word has made of an item. */
export interface Taken {
  readonly before: Item;
  readonly item: Item;
  readonly changed: boolean;
}

const missing = { program: 'program.not_found', episode: 'episode.not_found' } as const;
const attempts = 5;

/** Drafting: what editors do to programs and episodes before anything of it is public. */
@Injectable()
export class ItemsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly items: ItemsRepository,
    private readonly slugs: SlugsRepository,
    private readonly versions: VersionsRepository,
    private readonly contents: Contents,
    private readonly claims: Claims,
    private readonly cursors: Cursors,
  ) {}

  /** A draft of an editor's, or of a source's with its key there. */
  async create<K extends ItemKind>(
    kind: K,
    proposed: Content<K>,
    { createdBy = null, programId, source }: NewDraft,
  ): Promise<Draft<K>> {
    if (programId !== undefined) await this.find('program', programId);
    const id = randomUUIDv7();
    const versionId = randomUUIDv7();
    wishSlugs(id, proposed.localizations);
    const version = await this.contents.keep({ id: versionId, kind, subjectId: id, content: proposed });
    await this.claims.claim(id, version);
    const base = {
      id,
      kind,
      programId: programId ?? id,
      versionId,
      version,
      origin: ownAll(version.content, source ? 'source' : 'editor'),
      createdBy,
      ...(source && { source }),
    };
    return this.chooseSlugs(base, async (tx) => {
      const slugs = await this.grantSlugs(tx, base, wishSlugs(id, version.content.localizations));
      const item = newItem({ ...base, slugs, now: new Date() });
      // the program may have been thrown away since it was looked for
      if (programId !== undefined && !(await this.items.lock(tx, 'program', programId, 'for share')))
        throw notFound(missing.program);
      await this.items.insert(tx, [item]);
      await this.slugs.insert(tx, [item]);
      await this.versions.record(tx, [item], createdBy);
      await this.outbox.append(tx, contentCreated, { id, kind, programId: item.programId });
      return { ...version, item };
    });
  }

  async get<K extends ItemKind>(kind: K, id: string): Promise<Draft<K>> {
    return this.draftOf(kind, await this.find(kind, id));
  }

  /** A page, newest first: one statement and one batched call, however many items. */
  async list<K extends ItemKind>(
    filters: Omit<ItemFilters, 'titleKey' | 'before'> & {
      kind: K;
      q?: string | undefined;
      cursor?: string | undefined;
    },
  ): Promise<{ drafts: Draft<K>[]; next: string | null }> {
    const { q, cursor, limit, ...rest } = filters;
    const titleKey = q === undefined ? undefined : fold(q);
    const { items, next } = await this.cursors.page(
      ['items', rest, q ?? null],
      { cursor, limit },
      (before: string | undefined, most: number) =>
        this.items.list(this.database.db, { ...rest, titleKey, before, limit: most }),
      ({ id }) => id,
    );
    return { drafts: await this.contents.drafts(filters.kind, items), next };
  }

  /** Moves the working version; nothing public changes. Without a version to match it patches whatever there is. */
  async patch<K extends ItemKind>(
    kind: K,
    id: string,
    patch: Readonly<Record<string, unknown>>,
    ifMatch: number | undefined,
    createdBy: string | null,
  ): Promise<Draft<K>> {
    const apply = async (): Promise<Draft<K>> => {
      const item = await this.find(kind, id);
      refuseStale(item, ifMatch);
      const draft = await this.draftOf(kind, item);
      const content = parseContent(kind, mergePatch(draft.content, patch));
      return this.change(kind, draft, content, claimPatched(item.origin, patch), createdBy);
    };
    return ifMatch === undefined ? retryStale(apply) : apply();
  }

  /** Takes from a source what no editor owns, into whatever there is. */
  takeSource(kind: ItemKind, id: string, incoming: Partial<Content>): Promise<Taken> {
    return retryStale(async () => {
      const draft = await this.get(kind, id);
      const { item: before } = draft;
      const { content, origin } = takeFromSource(draft.content, incoming, before.origin);
      if (isDeepStrictEqual(content, draft.content)) return { before, item: before, changed: false };
      const { item } = await this.change(kind, draft, content, origin, null);
      return { before, item, changed: true };
    });
  }

  private async change<K extends ItemKind>(
    kind: K,
    draft: Draft<K>,
    proposed: Content,
    origin: Origins,
    createdBy: string | null,
  ): Promise<Draft<K>> {
    const { item: before, content: current } = draft;
    const { id } = before;
    const had = { slugs: before.slugs, localizations: current.localizations };
    wishSlugs(id, proposed.localizations, had);
    const versionId = randomUUIDv7();
    const version = await this.contents.keep({ id: versionId, kind, subjectId: id, content: proposed });
    await this.claims.claim(id, version, draft);
    return this.chooseSlugs(before, async (tx) => {
      const item = moveVersion(before, {
        versionId,
        version,
        slugs: await this.grantSlugs(tx, before, wishSlugs(id, version.content.localizations, had)),
        origin,
        now: new Date(),
      });
      const [written] = await this.items.update(tx, [item]);
      if (written === undefined) throw stale('request.stale');
      await this.slugs.replace(tx, [item]);
      await this.versions.record(tx, [item], createdBy);
      return { ...version, item };
    });
  }

  /** The row, or a 404 that does not tell whether it ever existed. */
  async find(kind: ItemKind, id: string): Promise<Item> {
    const item = await this.items.find(this.database.db, kind, id);
    if (!item) throw notFound(missing[kind]);
    return item;
  }

  private async draftOf<K extends ItemKind>(kind: K, item: Item): Promise<Draft<K>> {
    const [draft] = await this.contents.drafts(kind, [item]);
    if (!draft) throw notFound(missing[kind]);
    return draft;
  }

  private async grantSlugs(
    tx: EntityManager,
    { id, kind, programId }: Pick<Item, 'id' | 'kind' | 'programId'>,
    wishes: readonly Wish[],
  ): Promise<Item['slugs']> {
    const holders = await this.slugs.holders(tx, slugScope(kind, programId), wishes);
    return holders.grant(id, wishes);
  }

  /**
   * Two who want one slug at a time: the slower chooses again, one after another, so that a crowd ends. A number that
   * is taken stays taken.
   */
  private async chooseSlugs<T>(
    { kind, programId }: Pick<Item, 'kind' | 'programId'>,
    write: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.database.transaction(async (tx) => {
          if (attempt > 1) await this.slugs.queue(tx, slugScope(kind, programId));
          return write(tx);
        });
      } catch (error) {
        const constraint = uniqueViolation(error);
        if (constraint === 'items_number_key')
          throw conflict('episode.number_taken', {
            errors: [{ pointer: '/number', code: 'episode.number_taken' }],
            cause: error,
          });
        if (constraint !== 'slugs_pkey') throw error;
        if (attempt === attempts) throw unavailable('request.busy', { retryAfter: 1, cause: error });
      }
    }
  }
}

/** 412 when the caller read another version; `undefined` stands for `*`. */
export function refuseStale({ version }: Item, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== version) throw stale('request.stale');
}

/** Does once more what lost a race, for whoever did not ask for a certain version. */
async function retryStale<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'stale') throw error;
      if (attempt === attempts) throw unavailable('request.busy', { retryAfter: 1, cause: error });
    }
  }
}

function parseContent(kind: ItemKind, merged: unknown): Content {
  const parsed = (kind === 'program' ? ProgramContent : EpisodeContent).safeParse(merged, { reportInput: true });
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error.issues));
  return parsed.data;
}
