import { randomUUIDv7 } from 'node:crypto';
import {
  contentCreated,
  type ErrorCode,
  type ImportCovers,
  type ImportedEpisode,
  type ImportedEpisodes,
  type ImportedProgram,
  type ImportEpisodes,
  type ImportProgram,
  notFound,
  Refusal,
  unavailable,
} from '@mediamesh/contracts';
import { Outbox } from '@mediamesh/outbox';
import { Database, uniqueViolation } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { assetIdsOf, Claims } from '../items/claims.js';
import { hasUnpublishedChanges, type Item, moveVersion, newItem, type Version } from '../items/item.js';
import { ItemsRepository } from '../items/items.repository.js';
import { ItemsService } from '../items/items.service.js';
import { announce } from '../publishing/announcements.js';
import { alignWithProgram, assembleDocument, type ProgramFacts, versionsOf } from '../publishing/public-document.js';
import { type PublicRow, PublicDocumentsRepository } from '../publishing/public-documents.repository.js';
import { publish } from '../publishing/publishing.js';
import { PublishingService } from '../publishing/publishing.service.js';
import { checkReadiness } from '../publishing/readiness.js';
import { wishSlugs } from '../slugs/slug-choice.js';
import { SlugsRepository } from '../slugs/slugs.repository.js';
import { Contents } from '../versions/contents.js';
import { VersionsRepository } from '../versions/versions.repository.js';
import {
  type Entry,
  failed,
  isPlanned,
  isSettled,
  isUnchanged,
  mayPublish,
  numbersOf,
  planItem,
  type Planned,
  type Settled,
  settleNumbers,
} from './import-plan.js';

/** An item as it will be written: its row, its content, and whether it is new, changed, or only published. */
interface Write {
  readonly entry: Entry;
  readonly item: Item;
  readonly version: Version<'episode'>;
  readonly outcome: 'new' | 'changed' | 'unchanged';
  readonly published: boolean;
  readonly codes: string[];
}

const attempts = 4;

/**
 * What imports write: keyed by source and key, so that a run repeated after a crash doubles nothing, and never over an
 * editor's fields.
 */
@Injectable()
export class ImportsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly drafts: ItemsService,
    private readonly publishing: PublishingService,
    private readonly items: ItemsRepository,
    private readonly slugs: SlugsRepository,
    private readonly versions: VersionsRepository,
    private readonly documents: PublicDocumentsRepository,
    private readonly contents: Contents,
    private readonly claims: Claims,
  ) {}

  async importProgram(
    sourceId: string,
    { key, programId, content, publish: wanted }: ImportProgram,
  ): Promise<ImportedProgram> {
    const existingId = programId ?? (await this.findProgram(sourceId, key));
    if (existingId === undefined) return this.createProgram(sourceId, { key, content, publish: wanted });
    const { before, item, changed } = await this.drafts.takeSource('program', existingId, content);
    const codes: string[] = [];
    const published = wanted && (await this.mayPublish(before)) && (await this.tryPublish(item, codes));
    return { programId: item.id, outcome: changed ? 'changed' : 'unchanged', published, codes };
  }

  /** Upserts a batch with a fixed number of statements, however many items it has. */
  async importEpisodes(sourceId: string, batch: ImportEpisodes): Promise<ImportedEpisodes> {
    for (let attempt = 1; ; attempt++) {
      try {
        return { results: await this.importBatch(sourceId, batch) };
      } catch (error) {
        // another writer was quicker somewhere; everything was rolled back, so the batch is read and decided anew
        const raced =
          error instanceof Raced ||
          ['items_origin_key', 'items_number_key', 'slugs_pkey'].includes(uniqueViolation(error) ?? '');
        if (!raced) throw error;
        if (attempt === attempts) throw unavailable('request.busy', { retryAfter: 1, cause: error });
      }
    }
  }

  async importCovers(sourceId: string, { covers, publish: wanted }: ImportCovers): Promise<void> {
    const assetIds = new Map(covers.map(({ key, assetId }) => [key, assetId]));
    const found = await this.items.findByOrigin(this.database.db, sourceId, [...assetIds.keys()]);
    for (const { kind, id, originKey } of found.filter(({ deleted }) => !deleted)) {
      const coverAssetId = assetIds.get(originKey ?? '');
      const { before, item } = await this.drafts.takeSource(kind, id, {
        ...(coverAssetId !== undefined && { coverAssetId }),
      });
      // also what an earlier try has taken and could not publish any more
      if (wanted && hasUnpublishedChanges(item) && (await this.mayPublish(before))) await this.tryPublish(item, []);
    }
  }

  private async importBatch(
    sourceId: string,
    { programId, publish: wanted, items }: ImportEpisodes,
  ): Promise<ImportedEpisode[]> {
    const program = await this.drafts.find('program', programId);
    const plan = await this.keepVersions(await this.plan(sourceId, programId, items));
    const writes = await this.prepare(sourceId, program, plan, wanted);
    const changing = writes.filter(({ outcome, published }) => outcome !== 'unchanged' || published);
    if (changing.length > 0) await this.commit(program, changing);
    const byEntry = new Map(writes.map((write) => [write.entry, write]));
    return plan.map((entry): ImportedEpisode => {
      const write = byEntry.get(entry);
      if (write)
        return {
          key: entry.key,
          outcome: write.outcome,
          episodeId: write.item.id,
          published: write.published,
          codes: write.codes,
          errors: [],
        };
      const { key, existing, outcome, codes, errors } = entry as Settled;
      return {
        key,
        outcome,
        episodeId: existing?.id ?? null,
        published: false,
        codes,
        errors: errors.map(({ pointer, code }) => ({ pointer, code })),
      };
    });
  }

  private async plan(
    sourceId: string,
    programId: string,
    items: ImportEpisodes['items'],
  ): Promise<(Planned | Settled)[]> {
    const existing = new Map(
      (
        await this.items.findByOrigin(
          this.database.db,
          sourceId,
          items.map(({ key }) => key),
        )
      ).map((item) => [item.originKey, item]),
    );
    const currents = await this.contents.read(
      [...existing.values()].filter(({ deleted }) => !deleted).map(({ workingVersionId }) => workingVersionId),
    );
    const seen = new Set<string>();
    const plan = items.map(({ key, content }) => {
      const item = existing.get(key);
      const working = item && currents.get(item.workingVersionId);
      const entry: Entry = { key, existing: item, current: working?.kind === 'episode' ? working.content : undefined };
      if (seen.has(key)) return failed(entry, [{ pointer: '/key', code: 'field.duplicate' }]);
      seen.add(key);
      return planItem(entry, content, { id: randomUUIDv7(), versionId: randomUUIDv7() });
    });
    const planned = plan.filter(isPlanned);
    settleNumbers(planned, await this.items.takenNumbers(this.database.db, programId, numbersOf(planned)));
    return plan;
  }

  /**
   * Has metadata-service check and keep what is new; what it refuses, and what turns out to say nothing new, is
   * settled.
   */
  private async keepVersions(plan: readonly (Planned | Settled)[]): Promise<(Planned | Settled)[]> {
    const unchanged = ({ key, existing, current, codes }: Planned): Settled => ({
      key,
      existing,
      current,
      codes,
      outcome: 'unchanged',
      errors: [],
    });
    const proposed = plan.filter(isPlanned).filter((one) => !isUnchanged(one));
    const kept = await this.contents.keepMany(
      'episode',
      proposed.map(({ id, versionId, content }) => ({
        id: versionId,
        kind: 'episode' as const,
        subjectId: id,
        content,
      })),
    );
    const results = new Map(proposed.map((one, index) => [one, kept[index]]));
    return plan.map((one) => {
      if (isSettled(one)) return one;
      const result = results.get(one);
      if (!result) return unchanged(one);
      if ('errors' in result) return failed(one, result.errors);
      const cleaned = { ...one, content: result.version.content };
      return isUnchanged(cleaned) ? unchanged(cleaned) : cleaned;
    });
  }

  /** Decides every row: slugs, and whether it is published; also unchanged drafts that may now be. */
  private async prepare(
    sourceId: string,
    program: Item,
    plan: readonly (Planned | Settled)[],
    wanted: boolean,
  ): Promise<Write[]> {
    const now = new Date();
    const fresh = plan.filter(isPlanned);
    const wishes = fresh.map((one) =>
      wishSlugs(
        one.id,
        one.content.localizations,
        one.existing && one.current && { slugs: one.existing.slugs, localizations: one.current.localizations },
      ),
    );
    const holders = await this.slugs.holders(this.database.db, program.id, wishes.flat());
    const revised = fresh.map((one, index): Write => {
      const { id, versionId, content, origin, existing, codes } = one;
      const slugs = holders.grant(id, wishes[index] ?? []);
      const version = { kind: 'episode', content } as const;
      const item = existing
        ? moveVersion(existing, { versionId, version, slugs, origin, now })
        : newItem({
            id,
            programId: program.id,
            versionId,
            version,
            slugs,
            origin,
            source: { id: sourceId, key: one.key },
            createdBy: null,
            now,
          });
      return { entry: one, item, version, outcome: existing ? 'changed' : 'new', published: false, codes };
    });
    const unchanged = plan.filter(isSettled).flatMap((one): Write[] =>
      one.outcome === 'unchanged' && one.existing && one.current
        ? [
            {
              entry: one,
              item: one.existing,
              version: { kind: 'episode', content: one.current },
              outcome: 'unchanged',
              published: false,
              codes: one.codes,
            },
          ]
        : [],
    );
    const all = [...revised, ...unchanged];
    return wanted ? this.publishReady(program, all, now) : all;
  }

  private async publishReady(program: Item, writes: readonly Write[], now: Date): Promise<Write[]> {
    const assets = await this.claims.read(assetIdsOf(...writes.map(({ version }) => version)));
    const programIsPublic = (await this.documents.find(this.database.db, program.id))?.visible ?? false;
    const edited = await this.edited(writes.map(({ entry }) => entry.existing));
    return writes.map((write) => {
      const { entry, item, version, outcome, codes } = write;
      const { content } = version;
      if (!mayPublish(entry.existing, edited) || !hasUnpublishedChanges(item)) return write;
      const { blocking } = checkReadiness(version, { assets, programIsPublic })[content.defaultLanguage] ?? {
        blocking: [],
      };
      if (blocking.length > 0) return { ...write, codes: [...codes, ...new Set(blocking.map(({ code }) => code))] };
      const live = publish(item, content, undefined, now);
      // what one import does is one change of the version
      const number = outcome === 'unchanged' ? live.version : item.version;
      return {
        ...write,
        item: { ...live, version: number },
        published: true,
        codes: programIsPublic ? codes : [...codes, 'readiness.program_not_public' satisfies ErrorCode],
      };
    });
  }

  private async commit(program: Item, writes: readonly Write[]): Promise<void> {
    const created = writes.filter(({ outcome }) => outcome === 'new').map(({ item }) => item);
    const updated = writes.filter(({ outcome }) => outcome !== 'new').map(({ item }) => item);
    const published = writes.filter((write) => write.published);
    const before = new Map(
      (
        await this.documents.findMany(
          this.database.db,
          published.map(({ item }) => item.id),
        )
      ).map((row) => [row.id, row]),
    );
    const rows = await this.buildDocuments(program, published, before);
    const recorded = writes.filter(({ outcome }) => outcome !== 'unchanged').map(({ item }) => item);
    await this.database.transaction(async (tx) => {
      if (!(await this.items.lock(tx, 'program', program.id, 'for share'))) throw notFound('program.not_found');
      await this.items.insert(tx, created);
      if ((await this.items.update(tx, updated)).length < updated.length) throw new Raced();
      await this.slugs.insert(tx, created);
      await this.slugs.replace(tx, updated);
      await this.versions.record(tx, recorded, null);
      await this.outbox.appendMany(
        tx,
        contentCreated,
        created.map(({ id, kind, programId }) => ({ id, kind, programId })),
      );
      if (rows.length === 0) return;
      const parent = await this.documents.find(tx, program.id);
      const saved = await this.documents.save(
        tx,
        rows.map((row) => ({
          ...row,
          visible: parent?.visible ?? false,
          document: row.document && alignWithProgram(row.document, parent?.document),
        })),
      );
      if (saved.length < rows.length) throw new Raced();
      await announce(
        this.outbox,
        tx,
        saved.map((row) => ({ ...row, wasVisible: before.get(row.id)?.visible ?? false })),
      );
    });
  }

  private async buildDocuments(
    program: Item,
    writes: readonly Write[],
    before: ReadonlyMap<string, PublicRow>,
  ): Promise<PublicRow[]> {
    if (writes.length === 0) return [];
    const own = await this.documents.find(this.database.db, program.id);
    const facts: ProgramFacts = own?.document
      ? { type: own.document.type, category: own.document.category }
      : { type: program.type ?? 'podcast', category: program.category };
    const known = new Map<string, Version>(
      writes.flatMap(({ item, version, entry: { existing, current } }): [string, Version][] => [
        [item.workingVersionId, version],
        ...(existing && current
          ? [[existing.workingVersionId, { kind: 'episode', content: current }] satisfies [string, Version]]
          : []),
      ]),
    );
    const others = await this.contents.read(
      writes.flatMap(({ item }) => versionsOf(item)).filter((id) => !known.has(id)),
    );
    const versions = new Map([...known, ...others]);
    const assets = await this.claims.read(assetIdsOf(...writes.map(({ version }) => version)));
    return writes.flatMap(({ item }): PublicRow[] => {
      const document = assembleDocument({ item, versions, assets, program: facts, now: new Date() });
      return document
        ? [
            {
              id: item.id,
              kind: 'episode',
              programId: program.id,
              revision: before.get(item.id)?.revision ?? 0,
              visible: false,
              document,
            },
          ]
        : [];
    });
  }

  private async createProgram(sourceId: string, said: ImportProgram): Promise<ImportedProgram> {
    try {
      const { item } = await this.drafts.create('program', said.content, { source: { id: sourceId, key: said.key } });
      const codes: string[] = [];
      const published = said.publish && (await this.tryPublish(item, codes));
      return { programId: item.id, outcome: 'new', published, codes };
    } catch (error) {
      if (uniqueViolation(error) !== 'items_origin_key') throw error;
      // the same call, sent twice: the other has made it
      return this.importProgram(sourceId, said);
    }
  }

  private async findProgram(sourceId: string, key: string): Promise<string | undefined> {
    const [item] = await this.items.findByOrigin(this.database.db, sourceId, [key]);
    // a program in the trash is not made again: the editor threw it away
    if (item?.deleted) throw notFound('program.not_found');
    return item?.id;
  }

  private async mayPublish(item: Item): Promise<boolean> {
    return mayPublish(item, await this.edited([item]));
  }

  /** Of the items with changes that wait, those where some are an editor's. */
  private edited(items: readonly (Item | undefined)[]): Promise<ReadonlySet<string>> {
    const waiting = items.flatMap((item) =>
      item?.status === 'published' && hasUnpublishedChanges(item) ? [item.id] : [],
    );
    return this.versions.editedSincePublished(this.database.db, waiting);
  }

  /**
   * Publishes the very version the import has seen, if it is ready; what is missing becomes codes. What an editor
   * changed meanwhile is the editor's to publish.
   */
  private async tryPublish(item: Item, codes: string[]): Promise<boolean> {
    try {
      await this.publishing.publish(item.kind, item.id, { ifMatch: item.version });
      return true;
    } catch (error) {
      if (!(error instanceof Refusal) || (error.kind !== 'conflict' && error.kind !== 'stale')) throw error;
      codes.push(...error.errors.map(({ code }) => code));
      return false;
    }
  }
}

/** Somebody else changed one of the rows between reading and writing. */
class Raced extends Error {}
