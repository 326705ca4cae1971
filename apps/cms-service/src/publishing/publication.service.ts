import { isDeepStrictEqual } from 'node:util';
import { type Asset, contentCreated, type Language, notFound, type PublicDocument } from '@mediamesh/contracts';
import { Logger } from '@mediamesh/observability';
import { Outbox } from '@mediamesh/outbox';
import { Database, type EntityManager, RaceLost, retryRaces } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { DraftsService, missing, refuseStale } from '../drafts/drafts.service.js';
import type { Draft, Item, ItemKind, Version } from '../items/item.js';
import { type Change, ItemsRepository } from '../items/items.repository.js';
import { assetIdsOf, Contents } from '../versions/contents.js';
import { announce } from './announcements.js';
import { alignWithProgram, assembleDocument, type ProgramFacts, versionsOf } from './public-document.js';
import { checkReadiness, type LanguageReadiness } from './readiness.js';
import { type PublicRow, PublicDocumentsRepository } from './public-documents.repository.js';

/** The data that a publication is decided on and built from. */
export interface Basis {
  /** Public rows of the items and of their programs, by id. */
  readonly rows: ReadonlyMap<string, PublicRow>;
  readonly versions: ReadonlyMap<string, Version>;
  /** The assets that the versions name, by id. */
  readonly assets: ReadonlyMap<string, Asset>;
}

/** A new document of an item, and the row it replaces. */
export interface DocumentChange {
  readonly item: Item;
  readonly row: PublicRow | undefined;
  /** `null` withdraws it. */
  readonly document: PublicDocument | null;
  /** Whether every file that it names was ready. */
  readonly isComplete: boolean;
}

/** Items of one program, written together with their documents. */
export interface Publication {
  readonly created?: readonly Item[];
  readonly changed: readonly Change[];
  readonly documents: readonly DocumentChange[];
}

/** How many documents are rebuilt in one transaction. */
const rebuildBatch = 100;

/** Builds, stores and announces all public documents, with a fixed number of statements and calls for any batch. */
@Injectable()
export class PublicationService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly drafts: DraftsService,
    private readonly items: ItemsRepository,
    private readonly documents: PublicDocumentsRepository,
    private readonly contents: Contents,
    private readonly logger: Logger,
  ) {}

  /** Reads the public rows of drafts and of their programs, and the assets that the drafts name. */
  async read(drafts: readonly Draft[]): Promise<Basis> {
    return {
      rows: await this.readRows(drafts.map(({ item }) => item)),
      versions: new Map(drafts.map((draft) => [draft.item.workingVersionId, draft])),
      assets: await this.contents.assets(assetIdsOf(drafts)),
    };
  }

  /** Builds the documents of items from what is live. 413 when a document is too large for an event. */
  async build(items: readonly Item[], { rows, versions: known, assets: read }: Basis): Promise<DocumentChange[]> {
    const unread = items.flatMap(versionsOf).filter((id) => !known.has(id));
    const versions = new Map([...known, ...(await this.contents.read(unread))]);
    const publishedOf = ({ publishedVersionId: id }: Item): Version | undefined =>
      id === null ? undefined : versions.get(id);
    const namedBy = (item: Item): string[] =>
      assetIdsOf([publishedOf(item)].filter((version) => version !== undefined));
    const named = items.flatMap(namedBy).filter((id) => !read.has(id));
    const assets = new Map([...read, ...(await this.contents.assets([...new Set(named)]))]);
    const facts = await this.programFacts(items, rows, publishedOf);
    const now = new Date();
    return items.map((item) => ({
      item,
      row: rows.get(item.id),
      document: assembleDocument({ item, versions, assets, program: facts(item), now }) ?? null,
      isComplete: namedBy(item).every((id) => assets.get(id)?.status === 'ready'),
    }));
  }

  /**
   * Writes items and documents in one transaction, then adds files that became ready meanwhile. Throws {@link RaceLost}
   * when a version or a revision has changed.
   */
  async commit({ created = [], changed, documents }: Publication): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [first] = [...created, ...changed.map(({ after }) => after)];
      if (!first) return;
      // a change to a program excludes every other change; changes to episodes exclude only those to their program
      const strength = first.kind === 'program' ? 'for update' : 'for share';
      if ((await this.items.lock(tx, [first.programId], strength)).length === 0) throw notFound('program.not_found');
      await this.items.insert(tx, created, null);
      if ((await this.items.update(tx, changed, null)).length < changed.length) throw new RaceLost();
      const references = created.map(({ id, kind, programId }) => ({ id, kind, programId }));
      await this.outbox.appendMany(tx, contentCreated, references);
      if ((await this.store(tx, documents)) < documents.length) throw new RaceLost();
    });
    await this.catchUp(
      documents.filter(({ document, isComplete }) => document && !isComplete).map(({ item }) => item.id),
    );
  }

  /** Withdraws an item and moves it to the trash, a program with its episodes. 412 when `ifMatch` is stale. */
  async trash(kind: ItemKind, id: string, ifMatch: number | undefined): Promise<void> {
    const found = await this.drafts.find(kind, id);
    await this.database.transaction(async (tx) => {
      const [item] = await this.lock(tx, [found]);
      if (!item) throw notFound(missing[kind]);
      refuseStale(item, ifMatch);
      await this.items.moveToTrash(tx, item, new Date());
      const [row] = await this.documents.findMany(tx, [id]);
      if (row) await this.store(tx, [{ item, row, document: null, isComplete: true }], { forget: true });
    });
  }

  /** Stores and announces documents and episodes of programs. Skips changed revisions; returns the number stored. */
  private async store(tx: EntityManager, changes: readonly DocumentChange[], { forget = false } = {}): Promise<number> {
    const programs = await this.findRows(
      tx,
      changes
        .map(({ item }) => item)
        .filter(isEpisode)
        .map(programIdOf),
    );
    const before = new Map(changes.map(({ item, row }) => [item.id, row]));
    const saved = await this.documents.save(
      tx,
      changes.map(({ item, row, document }) => {
        const program = programs.get(item.programId);
        return {
          id: item.id,
          kind: item.kind,
          programId: item.programId,
          revision: row?.revision ?? 0,
          visible: document !== null && (!isEpisode(item) || (program?.visible ?? false)),
          document: document && alignWithProgram(document, program?.document),
        };
      }),
    );
    await announce(
      this.outbox,
      tx,
      saved.map((row) => ({ ...row, wasVisible: before.get(row.id)?.visible ?? false })),
    );
    for (const { id, kind, visible, document } of saved) {
      if (kind === 'episode') continue;
      // episodes are public only while their program is, and carry its type and category
      const episodes =
        visible && document
          ? await this.documents.showEpisodes(tx, id, document)
          : await this.documents.hideEpisodes(tx, id, { forget });
      await announce(this.outbox, tx, episodes);
    }
    return saved.length;
  }

  /** Rebuilds documents after a change elsewhere: the revision rises, the version stays. Skips unchanged ones. */
  async rebuild(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += rebuildBatch)
      await retryRaces(() => this.rebuildOnce(ids.slice(from, from + rebuildBatch)));
  }

  private async rebuildOnce(ids: readonly string[]): Promise<void> {
    // rows are read before items: a publication in between raises the revision, and then nothing is stored
    const before = await this.findRows(this.database.db, ids);
    const published = [...before.values()].filter(({ document }) => document !== null);
    if (published.length === 0) return;
    const items = await this.items.findMany(
      this.database.db,
      published.map(({ id }) => id),
    );
    const rows = new Map([...(await this.readRows(items)), ...before]);
    const built = await this.build(items, { rows, versions: new Map(), assets: new Map() });
    const changes = built.filter(({ document, row }) => document && row?.document && differs(document, row.document));
    if (changes.length === 0) return;
    await this.database.transaction(async (tx) => {
      const locked = new Set(
        (
          await this.lock(
            tx,
            changes.map(({ item }) => item),
          )
        ).map(({ id }) => id),
      );
      const kept = changes.filter(({ item }) => locked.has(item.id));
      if ((await this.store(tx, kept)) < kept.length) throw new RaceLost();
    });
  }

  /** Locks items against changes to them and, for episodes, to their program. */
  private async lock(tx: EntityManager, items: readonly Item[]): Promise<Item[]> {
    const programIds = items.filter(isEpisode).map(programIdOf);
    const programs = new Set((await this.items.lock(tx, programIds, 'for share')).map(({ id }) => id));
    const ids = items.filter((item) => !isEpisode(item) || programs.has(item.programId)).map(({ id }) => id);
    return this.items.lock(tx, ids, 'for update');
  }

  /** Adds the files that became ready between the read and the commit, when no document named them yet. */
  private async catchUp(ids: readonly string[]): Promise<void> {
    try {
      await this.rebuild(ids);
    } catch (error) {
      this.logger.warn('Published documents could not be built again at once; they wait for their next change', {
        ids,
        error,
      });
    }
  }

  /**
   * The program's fields for each document: a program's own, or for an episode those of the public program. Before the
   * program is public its working row is used; publishing the program corrects the document.
   */
  private async programFacts(
    items: readonly Item[],
    rows: Basis['rows'],
    publishedOf: (item: Item) => Version | undefined,
  ): Promise<(item: Item) => ProgramFacts> {
    const hidden = items
      .filter(isEpisode)
      .map(programIdOf)
      .filter((id) => !rows.get(id)?.document);
    const drafts = hidden.length === 0 ? [] : await this.items.findMany(this.database.db, [...new Set(hidden)]);
    const working = new Map(drafts.map((program) => [program.id, program]));
    return (item) => {
      const version = publishedOf(item);
      const program =
        version?.kind === 'program'
          ? version.content
          : (rows.get(item.programId)?.document ?? working.get(item.programId));
      return { type: program?.type ?? 'podcast', category: program?.category ?? null };
    };
  }

  private readRows(items: readonly Item[]): Promise<Map<string, PublicRow>> {
    return this.findRows(
      this.database.db,
      items.flatMap(({ id, programId }) => [id, programId]),
    );
  }

  private async findRows(db: EntityManager, ids: readonly string[]): Promise<Map<string, PublicRow>> {
    if (ids.length === 0) return new Map();
    const rows = await this.documents.findMany(db, [...new Set(ids)]);
    return new Map(rows.map((row) => [row.id, row]));
  }
}

const isEpisode = ({ kind }: Item): boolean => kind === 'episode';
const programIdOf = ({ programId }: Item): string => programId;

export const readinessOf = (draft: Draft, { rows, assets }: Basis): Record<Language, LanguageReadiness> =>
  checkReadiness(draft, { assets, programIsPublic: rows.get(draft.item.programId)?.visible ?? false });

/** Whether the public sees a difference. The order of fields does not matter. */
function differs(left: PublicDocument, right: PublicDocument): boolean {
  const strip = ({ revision: _, updatedAt: __, ...rest }: PublicDocument): object => rest;
  return !isDeepStrictEqual(strip(left), strip(right));
}
