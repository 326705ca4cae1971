import { randomUUIDv7 } from 'node:crypto';
import {
  type ImportCovers,
  type ImportedEpisode,
  type ImportedEpisodes,
  type ImportedProgram,
  type ImportEpisodes,
  type ImportProgram,
  notFound,
  Refusal,
} from '@mediamesh/contracts';
import { Database, RaceLost, retryRaces, uniqueViolation } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { DraftsService } from '../drafts/drafts.service.js';
import { type Draft, hasUnpublishedChanges, type Item, moveVersion, newItem } from '../items/item.js';
import { ItemsRepository } from '../items/items.repository.js';
import { type Basis, PublicationService, readinessOf } from '../publishing/publication.service.js';
import { publish } from '../publishing/publishing.js';
import { PublishingService } from '../publishing/publishing.service.js';
import { slugScope, wishSlugs } from '../items/slug-choice.js';
import { Contents } from '../versions/contents.js';
import { VersionsRepository } from '../versions/versions.repository.js';
import {
  dropTakenNumbers,
  type Entry,
  failed,
  isProposal,
  isUnchanged,
  mayPublish,
  numbersOf,
  type Outcome,
  planItem,
  type Proposal,
  unchanged,
} from './import-plan.js';

/** An item after the batch; `published` when the batch makes it public. */
interface Write {
  readonly entry: Proposal | Outcome;
  readonly draft: Draft<'episode'>;
  readonly outcome: 'new' | 'changed' | 'unchanged';
  readonly published: boolean;
  readonly codes: readonly string[];
}

/** Unique constraints that concurrent batches and editors can violate. */
const raced = ['items_origin_key', 'items_number_key', 'slugs_pkey'];

/** Writes imports, keyed by source and key, so retries create no duplicates. Fields of editors never change. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly database: Database,
    private readonly drafts: DraftsService,
    private readonly publishing: PublishingService,
    private readonly publication: PublicationService,
    private readonly items: ItemsRepository,
    private readonly versions: VersionsRepository,
    private readonly contents: Contents,
  ) {}

  async importProgram(
    sourceId: string,
    { key, programId, content, publish: wanted }: ImportProgram,
  ): Promise<ImportedProgram> {
    const existingId = programId ?? (await this.findProgram(sourceId, key));
    if (existingId === undefined) return this.createProgram(sourceId, { key, content, publish: wanted });
    const { before, after, changed } = await this.drafts.takeSource('program', existingId, content);
    const codes: string[] = [];
    const published = wanted && (await this.mayPublish(before)) && (await this.tryPublish(after, codes));
    return { programId: after.id, outcome: changed ? 'changed' : 'unchanged', published, codes };
  }

  /** Upserts a batch with a fixed number of statements, whatever its size. */
  importEpisodes(sourceId: string, batch: ImportEpisodes): Promise<ImportedEpisodes> {
    return retryRaces(
      async () => ({ results: await this.importBatch(sourceId, batch) }),
      (error) => error instanceof RaceLost || raced.includes(uniqueViolation(error) ?? ''),
    );
  }

  async importCovers(sourceId: string, { covers, publish: wanted }: ImportCovers): Promise<void> {
    const assetIds = new Map(covers.map(({ key, assetId }) => [key, assetId]));
    const found = await this.items.findByOrigin(this.database.db, sourceId, [...assetIds.keys()]);
    for (const { kind, id, originKey } of found.filter(({ deleted }) => !deleted)) {
      const coverAssetId = assetIds.get(originKey ?? '');
      const { before, after } = await this.drafts.takeSource(kind, id, {
        ...(coverAssetId !== undefined && { coverAssetId }),
      });
      // also changes that an earlier attempt saved but could not publish
      if (wanted && hasUnpublishedChanges(after) && (await this.mayPublish(before))) await this.tryPublish(after, []);
    }
  }

  private async importBatch(
    sourceId: string,
    { programId, publish: wanted, items }: ImportEpisodes,
  ): Promise<ImportedEpisode[]> {
    const program = await this.drafts.find('program', programId);
    const plan = await this.keepVersions(await this.plan(sourceId, programId, items));
    const drafts = await this.draft(sourceId, program, plan);
    const basis = await this.publication.read(wanted ? drafts.map(({ draft }) => draft) : []);
    const writes = wanted ? await this.publishReady(drafts, basis) : drafts;
    await this.commit(writes, basis);
    const byEntry = new Map(writes.map((write) => [write.entry, write]));
    return plan.map((entry) => resultOf(entry, byEntry.get(entry)));
  }

  private async plan(
    sourceId: string,
    programId: string,
    items: ImportEpisodes['items'],
  ): Promise<(Proposal | Outcome)[]> {
    const keys = items.map(({ key }) => key);
    const found = await this.items.findByOrigin(this.database.db, sourceId, keys);
    const existing = new Map(found.map((item) => [item.originKey, item]));
    const kept = found.filter(({ deleted, kind }) => kind === 'episode' && !deleted);
    const currents = new Map(
      (await this.contents.drafts('episode', kept)).map(({ item, content }) => [item.id, content]),
    );
    const seen = new Set<string>();
    const plan = items.map(({ key, content }) => {
      const item = existing.get(key);
      const entry: Entry = { key, existing: item, current: item && currents.get(item.id) };
      if (seen.has(key)) return failed(entry, [{ pointer: '/key', code: 'field.duplicate' }]);
      seen.add(key);
      return planItem(entry, content, { id: randomUUIDv7(), versionId: randomUUIDv7() });
    });
    const planned = plan.filter(isProposal);
    dropTakenNumbers(planned, await this.items.takenNumbers(this.database.db, programId, numbersOf(planned)));
    return plan;
  }

  /** Stores new versions in metadata-service. A refused one fails; one that is equal once cleaned is unchanged. */
  private async keepVersions(plan: readonly (Proposal | Outcome)[]): Promise<(Proposal | Outcome)[]> {
    const proposed = plan.filter(isProposal).filter((one) => !isUnchanged(one));
    const kept = await this.contents.keepMany(
      'episode',
      proposed.map(({ id: subjectId, versionId: id, content }) => ({ id, kind: 'episode', subjectId, content })),
    );
    const results = new Map(proposed.map((one, index) => [one, kept[index]]));
    return plan.map((one) => {
      if (!isProposal(one)) return one;
      const result = results.get(one);
      if (!result) return unchanged(one);
      if ('errors' in result) return failed(one, result.errors);
      const cleaned = { ...one, content: result.version.content };
      return isUnchanged(cleaned) ? unchanged(cleaned) : cleaned;
    });
  }

  /** Every item as a draft with its slugs. Unchanged items are included, as they may be published now. */
  private async draft(sourceId: string, program: Item, plan: readonly (Proposal | Outcome)[]): Promise<Write[]> {
    const now = new Date();
    const planned = plan.filter(isProposal).map((one) => {
      const { id, content, existing, current } = one;
      const before = existing && current && { slugs: existing.slugs, localizations: current.localizations };
      return { one, wishes: wishSlugs(id, content.localizations, before) };
    });
    const scope = slugScope({ kind: 'episode', programId: program.id });
    const wishes = planned.flatMap((each) => each.wishes);
    const holders = await this.items.slugHolders(this.database.db, scope, wishes);
    const drafts = planned.map(({ one, wishes }): Write => {
      const { id, key, versionId, content, origin, existing, codes } = one;
      const version = { kind: 'episode', content } as const;
      const change = { versionId, version, slugs: holders.grant(id, wishes), origin, now };
      const source = { id: sourceId, key };
      const item = existing
        ? moveVersion(existing, change)
        : newItem({ ...change, id, programId: program.id, source, createdBy: null });
      const outcome = existing ? 'changed' : 'new';
      return { entry: one, draft: { ...version, item }, outcome, published: false, codes };
    });
    const same = plan.flatMap((entry): Write[] => {
      if (isProposal(entry) || entry.outcome !== 'unchanged' || !entry.existing || !entry.current) return [];
      const draft: Draft<'episode'> = { kind: 'episode', content: entry.current, item: entry.existing };
      return [{ entry, draft, outcome: 'unchanged', published: false, codes: entry.codes }];
    });
    return [...drafts, ...same];
  }

  /** Publishes drafts that are ready and that an import may publish; the others get the codes of what blocks them. */
  private async publishReady(writes: readonly Write[], basis: Basis): Promise<Write[]> {
    const now = new Date();
    const edited = await this.edited(writes.map(({ entry }) => entry.existing));
    return writes.map((write) => {
      const { entry, draft, outcome, codes } = write;
      if (!mayPublish(entry.existing, edited) || !hasUnpublishedChanges(draft.item)) return write;
      const { blocking = [], warnings = [] } = readinessOf(draft, basis)[draft.content.defaultLanguage] ?? {};
      if (blocking.length > 0) return { ...write, codes: [...codes, ...new Set(blocking.map(({ code }) => code))] };
      const live = publish(draft.item, draft.content, undefined, now);
      // an import raises the version once, also when it changes and publishes
      const version = outcome === 'unchanged' ? live.version : draft.item.version;
      const hidden = warnings.map(({ code }) => code).filter((code) => code === 'readiness.program_not_public');
      return {
        ...write,
        draft: { ...draft, item: { ...live, version } },
        published: true,
        codes: [...codes, ...hidden],
      };
    });
  }

  private async commit(writes: readonly Write[], basis: Basis): Promise<void> {
    const published = writes.filter((write) => write.published).map(({ draft }) => draft.item);
    const created = writes.filter(({ outcome }) => outcome === 'new').map(({ draft }) => draft.item);
    const changed = writes.flatMap(({ entry: { existing }, draft, outcome, published }) =>
      existing && (outcome === 'changed' || published) ? [{ before: existing, after: draft.item }] : [],
    );
    if (created.length === 0 && changed.length === 0) return;
    await this.publication.commit({ created, changed, documents: await this.publication.build(published, basis) });
  }

  private async createProgram(sourceId: string, said: ImportProgram): Promise<ImportedProgram> {
    try {
      const { item } = await this.drafts.create('program', said.content, { source: { id: sourceId, key: said.key } });
      const codes: string[] = [];
      const published = said.publish && (await this.tryPublish(item, codes));
      return { programId: item.id, outcome: 'new', published, codes };
    } catch (error) {
      if (uniqueViolation(error) !== 'items_origin_key') throw error;
      // a concurrent duplicate of this request has created the program
      return this.importProgram(sourceId, said);
    }
  }

  private async findProgram(sourceId: string, key: string): Promise<string | undefined> {
    const [item] = await this.items.findByOrigin(this.database.db, sourceId, [key]);
    // an editor deleted the program, so an import does not create it again
    if (item?.deleted) throw notFound('program.not_found');
    return item?.id;
  }

  private async mayPublish(item: Item): Promise<boolean> {
    return mayPublish(item, await this.edited([item]));
  }

  /** The ids of the items with unpublished changes by an editor. */
  private edited(items: readonly (Item | undefined)[]): Promise<ReadonlySet<string>> {
    const waiting = items.flatMap((item) =>
      item?.status === 'published' && hasUnpublishedChanges(item) ? [item.id] : [],
    );
    return this.versions.editedSincePublished(this.database.db, waiting);
  }

  /** Publishes exactly the version that the import wrote, if it is ready, never a later edit. Else adds codes. */
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

function resultOf(entry: Proposal | Outcome, write: Write | undefined): ImportedEpisode {
  const { key } = entry;
  if (write) {
    const { outcome, draft, published, codes } = write;
    return { key, outcome, episodeId: draft.item.id, published, codes: [...codes], errors: [] };
  }
  if (isProposal(entry)) throw new Error(`The item ${key} has neither been written nor refused`);
  const { outcome, existing, codes, errors } = entry;
  return {
    key,
    outcome,
    episodeId: existing?.id ?? null,
    published: false,
    codes: [...codes],
    errors: errors.map(({ pointer, code }) => ({ pointer, code })),
  };
}
