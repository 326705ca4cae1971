import { randomUUIDv7 } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  conflict,
  contentCreated,
  EpisodeContent,
  invalid,
  notFound,
  ProgramContent,
  stale,
} from '@mediamesh/contracts';
import { Cursors, fieldErrors } from '@mediamesh/http';
import { Outbox } from '@mediamesh/outbox';
import { Database, type EntityManager, RaceLost, retryRaces, uniqueViolation } from '@mediamesh/postgres';
import { fold } from '@mediamesh/text';
import { Injectable } from '@nestjs/common';
import { type Content, type Draft, type Item, type ItemKind, moveVersion, newItem } from '../items/item.js';
import { type ItemFilters, ItemsRepository } from '../items/items.repository.js';
import { claimPatched, type Origins, ownAll, takeFromSource } from '../items/origin.js';
import { slugScope, type Wish, wishSlugs } from '../items/slug-choice.js';
import { Contents } from '../versions/contents.js';

export interface NewDraft {
  /** The editor's id; null for an import. */
  readonly createdBy?: string | null;
  /** Only for an episode. */
  readonly programId?: string;
  /** The source it is imported from, and its key there. */
  readonly source?: { readonly id: string; readonly key: string };
}

export interface SourceChange {
  readonly before: Item;
  readonly after: Item;
  readonly changed: boolean;
}

export const missing = { program: 'program.not_found', episode: 'episode.not_found' } as const;

@Injectable()
export class DraftsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly items: ItemsRepository,
    private readonly contents: Contents,
    private readonly cursors: Cursors,
  ) {}

  /** Creates a draft for an editor, or for a source with the item's key there. */
  async create<K extends ItemKind>(
    kind: K,
    proposed: Content<K>,
    { createdBy = null, programId, source }: NewDraft,
  ): Promise<Draft<K>> {
    if (programId !== undefined) await this.find('program', programId);
    const id = randomUUIDv7();
    const versionId = randomUUIDv7();
    const wishes = wishSlugs(id, proposed.localizations);
    const version = await this.contents.keep({ id: versionId, kind, subjectId: id, content: proposed });
    const origin = ownAll(version.content, source ? 'source' : 'editor');
    const place = { id, kind, programId: programId ?? id };
    const made = { ...place, versionId, version, origin, createdBy, ...(source && { source }) };
    return this.chooseSlugs(place, wishes, async (tx, slugs) => {
      const item = newItem({ ...made, slugs, now: new Date() });
      // the program may have been deleted since it was read
      if (programId !== undefined && (await this.items.lock(tx, [programId], 'for share')).length === 0)
        throw notFound(missing.program);
      await this.items.insert(tx, [item], createdBy);
      await this.outbox.append(tx, contentCreated, place);
      return { ...version, item };
    });
  }

  /** 404 for an unknown item and for one in the trash alike. */
  async find(kind: ItemKind, id: string): Promise<Item> {
    const item = await this.items.find(this.database.db, kind, id);
    if (!item) throw notFound(missing[kind]);
    return item;
  }

  /** An item with its working version. 412 when `ifMatch` names another version. */
  async get<K extends ItemKind>(kind: K, id: string, ifMatch?: number): Promise<Draft<K>> {
    const item = await this.find(kind, id);
    refuseStale(item, ifMatch);
    const [draft] = await this.contents.drafts(kind, [item]);
    if (!draft) throw notFound(missing[kind]);
    return draft;
  }

  /** One page, newest first, with one query and one call for any number of items. */
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

  /** Applies a merge patch (RFC 7396) to the working version. 412 when `ifMatch` is stale; without it, any version. */
  patch<K extends ItemKind>(
    kind: K,
    id: string,
    patch: Readonly<Record<string, unknown>>,
    ifMatch: number | undefined,
    editor: string | null,
  ): Promise<Draft<K>> {
    return retryRaces(async () => {
      const draft = await this.get(kind, id, ifMatch);
      const content = parseContent(kind, mergePatch(draft.content, patch));
      return this.change(kind, draft, content, claimPatched(draft.item.origin, patch), editor);
    });
  }

  /** Updates the fields that no editor owns, whatever the current version is. */
  takeSource(kind: ItemKind, id: string, incoming: Partial<Content>): Promise<SourceChange> {
    return retryRaces(async () => {
      const draft = await this.get(kind, id);
      const { item: before } = draft;
      const { content, origin } = takeFromSource(draft.content, incoming, before.origin);
      if (isDeepStrictEqual(content, draft.content)) return { before, after: before, changed: false };
      const { item: after } = await this.change(kind, draft, content, origin, null);
      return { before, after, changed: true };
    });
  }

  /** Moves the item to a new version. Throws {@link RaceLost} when the item has changed since it was read. */
  private async change<K extends ItemKind>(
    kind: K,
    draft: Draft<K>,
    proposed: Content,
    origin: Origins,
    editor: string | null,
  ): Promise<Draft<K>> {
    const { item: before, content } = draft;
    const { id, slugs: had } = before;
    const wishes = wishSlugs(id, proposed.localizations, { slugs: had, localizations: content.localizations });
    const versionId = randomUUIDv7();
    const version = await this.contents.keep({ id: versionId, kind, subjectId: id, content: proposed }, draft);
    const write = async (db: EntityManager, slugs: Item['slugs']): Promise<Draft<K>> => {
      const item = moveVersion(before, { versionId, version, slugs, origin, now: new Date() });
      if ((await this.items.update(db, [{ before, after: item }], editor)).length === 0) throw new RaceLost();
      return { ...version, item };
    };
    // an item that keeps its slugs holds their rows already, so one statement without a transaction is enough
    const isHeld = wishes.every(({ language, slug }) => slug === had[language]?.slug);
    const held = Object.fromEntries(wishes.map(({ language, slug, chosen }) => [language, { slug, chosen }]));
    return isHeld ? refuseTakenNumber(() => write(this.database.db, held)) : this.chooseSlugs(before, wishes, write);
  }

  /** Grants the slugs and writes. Retries within a scope wait for each other, so that concurrent writers all finish. */
  private chooseSlugs<T>(
    item: Pick<Item, 'id' | 'kind' | 'programId'>,
    wishes: readonly Wish[],
    write: (tx: EntityManager, slugs: Item['slugs']) => Promise<T>,
  ): Promise<T> {
    const scope = slugScope(item);
    const attempt = (count: number): Promise<T> =>
      this.database.transaction(async (tx) => {
        if (count > 1) await this.items.queueForSlugs(tx, scope);
        const holders = await this.items.slugHolders(tx, scope, wishes);
        return write(tx, holders.grant(item.id, wishes));
      });
    return refuseTakenNumber(() => retryRaces(attempt, (error) => uniqueViolation(error) === 'slugs_pkey'));
  }
}

/** 412 when the caller read another version; `undefined` means `If-Match: *`. */
export function refuseStale({ version }: Item, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== version) throw stale('request.stale');
}

/** 409 when another episode of the program has the number. */
async function refuseTakenNumber<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (uniqueViolation(error) !== 'items_number_key') throw error;
    const errors = [{ pointer: '/number', code: 'episode.number_taken' as const }];
    throw conflict('episode.number_taken', { errors, cause: error });
  }
}

function parseContent(kind: ItemKind, merged: unknown): Content {
  const parsed = (kind === 'program' ? ProgramContent : EpisodeContent).safeParse(merged, { reportInput: true });
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error.issues));
  return parsed.data;
}

/** JSON Merge Patch (RFC 7396). */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
