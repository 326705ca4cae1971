import {
  type Asset,
  type FieldError,
  invalid,
  maximumVersionBatch,
  mediaServiceApi,
  metadataServiceApi,
  Refusal,
  unavailable,
} from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { Injectable } from '@nestjs/common';
import { type Content, type Draft, isOfKind, type Item, type ItemKind, type Version } from '../items/item.js';

export interface ProposedVersion<K extends ItemKind = ItemKind> {
  readonly id: string;
  readonly kind: K;
  readonly subjectId: string;
  readonly content: Content;
}

export type KeptVersion<K extends ItemKind = ItemKind> =
  { readonly version: Version<K> } | { readonly errors: readonly FieldError[] };

interface AssetField {
  readonly assetId: string;
  readonly pointer: string;
  readonly accepts: (type: string) => boolean;
}

const isImage = (type: string): boolean => type.startsWith('image/');
const isMedia = (type: string): boolean => !isImage(type);

function assetFields({ kind, content }: Version): AssetField[] {
  const cover = content.coverAssetId;
  const media = kind === 'episode' ? content.media?.assetId : undefined;
  return [
    ...(cover ? [{ assetId: cover, pointer: '/coverAssetId', accepts: isImage }] : []),
    ...(media ? [{ assetId: media, pointer: '/media/assetId', accepts: isMedia }] : []),
  ];
}

export const assetIdsOf = (versions: readonly Version[]): string[] => [
  ...new Set(versions.flatMap(assetFields).map(({ assetId }) => assetId)),
];

/** Accesses the versions in metadata-service and the assets in media-service. */
@Injectable()
export class Contents {
  private readonly metadata: Client<typeof metadataServiceApi>;
  private readonly media: Client<typeof mediaServiceApi>;

  constructor(clients: Clients) {
    this.metadata = clients.of(metadataServiceApi);
    this.media = clients.of(mediaServiceApi);
  }

  /** Versions by id. 503 when metadata-service does not know one of them. */
  async read(ids: readonly string[]): Promise<Map<string, Version>> {
    const versions = new Map<string, Version>();
    for (let from = 0; from < ids.length; from += maximumVersionBatch) {
      const read = await this.metadata.readVersions({ body: { ids: ids.slice(from, from + maximumVersionBatch) } });
      for (const version of read.versions) versions.set(version.id, version);
    }
    const missing = ids.find((id) => !versions.has(id));
    if (missing !== undefined) throw unknownVersion(missing);
    return versions;
  }

  async drafts<K extends ItemKind>(kind: K, items: readonly Item[]): Promise<Draft<K>[]> {
    const versions = await this.read(items.map(({ workingVersionId }) => workingVersionId));
    return items.map((item) => ({
      ...expectKind(kind, item.workingVersionId, versions.get(item.workingVersionId)),
      item,
    }));
  }

  /**
   * Stores a version as metadata-service cleans it, then claims the assets that `previous` did not name, to protect
   * them from deletion. 422 with pointers into the content when either service refuses.
   */
  async keep<K extends ItemKind>(proposed: ProposedVersion<K>, previous?: Version): Promise<Version<K>> {
    const [kept] = await this.keepMany(proposed.kind, [proposed]);
    if (!kept || 'errors' in kept) throw invalid(...(kept?.errors ?? []));
    await this.claimAssets(proposed.subjectId, kept.version, previous);
    return kept.version;
  }

  /** Stores many versions of one kind; one result each, in order. Claims no assets. */
  async keepMany<K extends ItemKind>(kind: K, proposed: readonly ProposedVersion<K>[]): Promise<KeptVersion<K>[]> {
    if (proposed.length === 0) return [];
    const { results } = await this.metadata.putVersions({ body: { versions: [...proposed] } });
    return results.map((result) =>
      'version' in result
        ? { version: expectKind(kind, result.version.id, result.version) }
        : { errors: result.errors as FieldError[] },
    );
  }

  /** Assets by id; unknown ones are left out. */
  async assets(ids: readonly string[]): Promise<Map<string, Asset>> {
    if (ids.length === 0) return new Map();
    const { assets } = await this.media.readAssets({ body: { ids: [...ids] } });
    return new Map(assets.map((asset) => [asset.id, asset]));
  }

  private async claimAssets(ownerId: string, version: Version, previous: Version | undefined): Promise<void> {
    const known = new Map((previous ? assetFields(previous) : []).map(({ pointer, assetId }) => [pointer, assetId]));
    const fields = assetFields(version).filter(({ pointer, assetId }) => known.get(pointer) !== assetId);
    if (fields.length === 0) return;
    const assetIds = fields.map(({ assetId }) => assetId);
    const { assets } = await this.media.claimAssets({ body: { ownerId, assetIds } }).catch((error: unknown) => {
      throw error instanceof Refusal && error.kind === 'invalid' ? ofFields(error, fields) : error;
    });
    const types = new Map(assets.map(({ id, type }) => [id, type]));
    const wrong = fields.filter(({ assetId, accepts }) => !accepts(types.get(assetId) ?? ''));
    if (wrong.length > 0)
      throw invalid(...wrong.map(({ pointer }) => ({ pointer, code: 'asset.kind_mismatch' as const })));
  }
}

function expectKind<K extends ItemKind>(kind: K, id: string, version: Version | undefined): Version<K> {
  if (!version || !isOfKind(version, kind)) throw unknownVersion(id);
  return version;
}

const unknownVersion = (id: string): Error =>
  unavailable('request.unavailable', { cause: new Error(`metadata-service does not know version ${id}`) });

/** Maps media-service's pointers into the request to pointers into the content. */
const ofFields = (refusal: Refusal, fields: readonly AssetField[]): Refusal =>
  invalid(
    ...refusal.errors.map(({ pointer, code }) => ({
      pointer: fields[Number(pointer.split('/')[2])]?.pointer ?? pointer,
      code,
    })),
  );
