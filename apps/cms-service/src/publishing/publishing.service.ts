import { isDeepStrictEqual } from 'node:util';
import { conflict, type Language, notFound, type PublicDocument, stale, unavailable } from '@mediamesh/contracts';
import { Logger } from '@mediamesh/observability';
import { Outbox } from '@mediamesh/outbox';
import { Database, type EntityManager } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { assetIdsOf, Claims } from '../items/claims.js';
import type { Draft, Item, ItemKind, Version } from '../items/item.js';
import { ItemsRepository } from '../items/items.repository.js';
import { ItemsService, refuseStale } from '../items/items.service.js';
import { SlugsRepository } from '../slugs/slugs.repository.js';
import { Contents } from '../versions/contents.js';
import { announce } from './announcements.js';
import { alignWithProgram, assembleDocument, type ProgramFacts, versionsOf } from './public-document.js';
import { type PublicRow, PublicDocumentsRepository } from './public-documents.repository.js';
import { publish, unpublish } from './publishing.js';
import { checkReadiness, type LanguageReadiness } from './readiness.js';

export interface Action {
  readonly languages?: readonly Language[] | undefined;
  /** The version the caller read; `undefined` for whatever there is. */
  readonly ifMatch?: number | undefined;
}

/** A document as it was built, beside the row it was built upon. */
interface Built {
  readonly row: PublicRow | undefined;
  readonly document: PublicRow['document'];
  readonly program: ProgramFacts;
}

const notReady = { program: 'program.not_ready', episode: 'episode.not_ready' } as const;
const attempts = 5;

/** Makes the working version public, and withdraws what is. What the public sees is built here and nowhere else. */
@Injectable()
export class PublishingService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly drafts: ItemsService,
    private readonly items: ItemsRepository,
    private readonly slugs: SlugsRepository,
    private readonly documents: PublicDocumentsRepository,
    private readonly contents: Contents,
    private readonly claims: Claims,
    private readonly logger: Logger,
  ) {}

  publish<K extends ItemKind>(kind: K, id: string, { languages, ifMatch }: Action): Promise<Draft<K>> {
    return this.change(kind, id, ifMatch, async (draft) => {
      const readiness = checkReadiness(draft, await this.surroundings(draft));
      refuseUnready(draft, readiness, languages);
      return publish(draft.item, draft.content, languages, new Date());
    });
  }

  unpublish<K extends ItemKind>(kind: K, id: string, { languages, ifMatch }: Action): Promise<Draft<K>> {
    return this.change(kind, id, ifMatch, ({ item }) => Promise.resolve(unpublish(item, languages, new Date())));
  }

  /** Withdraws an item, a program with all its episodes, and moves it to the trash. */
  async trash(kind: ItemKind, id: string, ifMatch: number | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      const item = await this.lock(tx, kind, id);
      refuseStale(item, ifMatch);
      const trashed = await this.items.moveToTrash(tx, item, new Date());
      if (!trashed.includes(id)) throw stale('request.stale');
      const row = await this.documents.find(tx, id);
      const episodes = kind === 'program' ? await this.documents.hideEpisodes(tx, id, { forget: true }) : [];
      const own = row ? await this.documents.save(tx, [{ ...row, visible: false, document: null }]) : [];
      await announce(this.outbox, tx, [
        ...own.map((saved) => ({ ...saved, wasVisible: row?.visible ?? false })),
        ...episodes.map((episode) => ({ ...episode, wasVisible: true })),
      ]);
    });
  }

  async readiness(kind: ItemKind, id: string): Promise<Record<Language, LanguageReadiness>> {
    const draft = await this.drafts.get(kind, id);
    return checkReadiness(draft, await this.surroundings(draft));
  }

  /**
   * Builds a document again after something it shows has changed elsewhere; the version stays, the revision rises.
   * Nothing new, no event.
   */
  async rebuild(id: string): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      // the row before the item: whoever publishes in between raises the revision, and then nothing is stored
      const row = await this.documents.find(this.database.db, id);
      const [item] = await this.items.findMany(this.database.db, [id]);
      if (!item || !row?.document) return;
      const { document } = await this.assemble(item, { type: row.document.type, category: row.document.category });
      if (!document || sameForThePublic(document, row.document)) return;
      const saved = await this.database.transaction(async (tx) => {
        await this.lock(tx, item.kind, id);
        const rows = await this.documents.save(tx, [{ ...row, document }]);
        await announce(
          this.outbox,
          tx,
          rows.map((one) => ({ ...one, wasVisible: row.visible })),
        );
        return rows.length > 0;
      });
      if (saved) return;
    }
    throw unavailable('request.busy', { retryAfter: 1 });
  }

  /** Reads, decides, builds, then commits where neither the version nor the revision has moved; else once more. */
  private async change<K extends ItemKind>(
    kind: K,
    id: string,
    ifMatch: number | undefined,
    decide: (draft: Draft) => Promise<Item>,
  ): Promise<Draft<K>> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const draft = await this.drafts.get(kind, id);
      refuseStale(draft.item, ifMatch);
      const row = await this.documents.find(this.database.db, id);
      const next = await decide(draft);
      const facts = kind === 'program' ? undefined : await this.programFacts(next.programId);
      const { document, program, isComplete } = await this.assemble(next, facts);
      if (await this.tryCommit(next, { row, document: document ?? null, program })) {
        if (!isComplete) await this.catchUp(id);
        return { ...draft, item: next };
      }
      if (ifMatch !== undefined) refuseStale(await this.drafts.find(kind, id), ifMatch);
    }
    throw unavailable('request.busy', { retryAfter: 1 });
  }

  /** A file that became ready between the read and the commit found nothing to appear in. */
  private async catchUp(id: string): Promise<void> {
    try {
      await this.rebuild(id);
    } catch (error) {
      this.logger.warn('A published document could not be built again at once; it waits for its next change', {
        id,
        error,
      });
    }
  }

  /** Whether nobody was quicker. */
  private async tryCommit(item: Item, built: Built): Promise<boolean> {
    try {
      return await this.database.transaction((tx) => this.commit(tx, item, built));
    } catch (error) {
      if (error instanceof RevisionLost) return false;
      throw error;
    }
  }

  private async commit(tx: EntityManager, item: Item, { row, document, program }: Built): Promise<boolean> {
    const isProgram = item.kind === 'program';
    await this.lock(tx, item.kind, item.id);
    const written = await this.items.update(tx, [item]);
    if (written.length === 0) return false;
    const parent = isProgram ? undefined : await this.documents.find(tx, item.programId);
    const visible = document !== null && (isProgram || (parent?.visible ?? false));
    const saved = await this.documents.save(tx, [
      {
        id: item.id,
        kind: item.kind,
        programId: item.programId,
        revision: row?.revision ?? 0,
        visible,
        document: document && alignWithProgram(document, parent?.document),
      },
    ]);
    if (saved.length === 0) throw new RevisionLost();
    await this.slugs.replace(tx, [item]);
    await announce(
      this.outbox,
      tx,
      saved.map((one) => ({ ...one, wasVisible: row?.visible ?? false })),
    );
    if (isProgram) await this.followProgram(tx, item.id, visible, program);
    return true;
  }

  /** Episodes are public only while their program is, and carry its type and category. */
  private async followProgram(
    tx: EntityManager,
    programId: string,
    visible: boolean,
    program: ProgramFacts,
  ): Promise<void> {
    if (visible) await announce(this.outbox, tx, await this.documents.showEpisodes(tx, programId, program));
    else
      await announce(
        this.outbox,
        tx,
        (await this.documents.hideEpisodes(tx, programId, { forget: false })).map((row) => ({
          ...row,
          wasVisible: true,
        })),
      );
  }

  /**
   * Whoever changes what is public of a program excludes everybody; of an episode, only those who would change its
   * program.
   */
  private async lock(tx: EntityManager, kind: ItemKind, id: string): Promise<Item> {
    if (kind === 'episode') {
      const episode = await this.items.find(tx, kind, id);
      if (!episode) throw notFound('episode.not_found');
      if (!(await this.items.lock(tx, 'program', episode.programId, 'for share'))) throw notFound('program.not_found');
    }
    const item = await this.items.lock(tx, kind, id, 'for update');
    if (!item) throw notFound(kind === 'program' ? 'program.not_found' : 'episode.not_found');
    return item;
  }

  private async assemble(item: Item, facts: ProgramFacts | undefined) {
    const versions = await this.contents.read(versionsOf(item));
    const base = item.publishedVersionId === null ? undefined : versions.get(item.publishedVersionId);
    const named = base ? assetIdsOf(base) : [];
    const assets = await this.claims.read(named);
    const program = facts ?? factsOf(base);
    const isComplete = named.every((assetId) => assets.get(assetId)?.status === 'ready');
    return { document: assembleDocument({ item, versions, assets, program, now: new Date() }), program, isComplete };
  }

  /**
   * What is public of the program; while nothing is, what its working row says, to be brought in line when it is
   * published.
   */
  private async programFacts(programId: string): Promise<ProgramFacts> {
    const row = await this.documents.find(this.database.db, programId);
    if (row?.document) return { type: row.document.type, category: row.document.category };
    const { type, category } = await this.drafts.find('program', programId);
    return { type: type ?? 'podcast', category };
  }

  private async surroundings(draft: Draft) {
    const { item } = draft;
    const assets = await this.claims.read(assetIdsOf(draft));
    const program = item.kind === 'episode' ? await this.documents.find(this.database.db, item.programId) : undefined;
    return { assets, programIsPublic: program?.visible ?? false };
  }
}

/** Rolls the transaction back: somebody rebuilt the document in the meantime, so what was read is read again. */
class RevisionLost extends Error {}

const factsOf = (version: Version | undefined): ProgramFacts =>
  version?.kind === 'program'
    ? { type: version.content.type, category: version.content.category ?? null }
    : { type: 'podcast', category: null };

function refuseUnready(
  { kind, content }: Draft,
  readiness: Record<Language, LanguageReadiness>,
  languages: readonly Language[] | undefined,
): void {
  const asked = languages ?? [content.defaultLanguage];
  const blocking = asked.flatMap((language) => readiness[language]?.blocking ?? []);
  if (blocking.length === 0) return;
  const byPlace = new Map(blocking.map((finding) => [`${finding.pointer} ${finding.code}`, finding]));
  throw conflict(notReady[kind], { errors: [...byPlace.values()] });
}

/** The order of fields means nothing: what was stored comes back in another. */
function sameForThePublic(left: PublicDocument, right: PublicDocument): boolean {
  const strip = ({ revision: _, updatedAt: __, ...rest }: PublicDocument): object => rest;
  return isDeepStrictEqual(strip(left), strip(right));
}
