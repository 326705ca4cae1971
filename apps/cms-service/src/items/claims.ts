import { type Asset, type FieldError, invalid, mediaServiceApi, Refusal } from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { Injectable } from '@nestjs/common';
import type { Version } from './item.js';

interface Use {
  readonly assetId: string;
  readonly pointer: string;
  readonly accepts: (type: string) => boolean;
}

const isImage = (type: string): boolean => type.startsWith('image/');

function usesOf({ kind, content }: Version): Use[] {
  const { coverAssetId } = content;
  const media = kind === 'episode' ? content.media : undefined;
  return [
    ...(coverAssetId ? [{ assetId: coverAssetId, pointer: '/coverAssetId', accepts: isImage }] : []),
    ...(media
      ? [{ assetId: media.assetId, pointer: '/media/assetId', accepts: (type: string) => !isImage(type) }]
      : []),
  ];
}

/** The assets that versions name. */
export const assetIdsOf = (...versions: readonly Version[]): string[] => [
  ...new Set(versions.flatMap(usesOf).map(({ assetId }) => assetId)),
];

/** The files of media-service that items use. */
@Injectable()
export class Claims {
  private readonly media: Client<typeof mediaServiceApi>;

  constructor(clients: Clients) {
    this.media = clients.of(mediaServiceApi);
  }

  /**
   * Claims what a version names before it is committed, so that nobody deletes it; an asset that is unknown or of the
   * wrong kind is a 422.
   */
  async claim(ownerId: string, version: Version, previous?: Version): Promise<void> {
    const known = previous ? usesOf(previous) : [];
    const uses = usesOf(version).filter(
      ({ assetId, pointer }) => !known.some((use) => use.assetId === assetId && use.pointer === pointer),
    );
    if (uses.length === 0) return;
    const assets = new Map((await this.claimAll(ownerId, uses)).map((asset) => [asset.id, asset]));
    const wrong = uses.flatMap(({ assetId, pointer, accepts }): FieldError[] =>
      accepts(assets.get(assetId)?.type ?? '') ? [] : [{ pointer, code: 'asset.kind_mismatch' }],
    );
    if (wrong.length > 0) throw invalid(...wrong);
  }

  /** Assets by id; unknown ones are left out. */
  async read(ids: readonly string[]): Promise<Map<string, Asset>> {
    if (ids.length === 0) return new Map();
    const { assets } = await this.media.readAssets({ body: { ids: [...ids] } });
    return new Map(assets.map((asset) => [asset.id, asset]));
  }

  private async claimAll(ownerId: string, uses: readonly Use[]): Promise<Asset[]> {
    try {
      return (await this.media.claimAssets({ body: { ownerId, assetIds: uses.map(({ assetId }) => assetId) } })).assets;
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'invalid') throw error;
      // media-service counts the ids it was sent; the editor knows fields
      throw invalid(
        ...error.errors.map(({ pointer, code }) => ({
          pointer: uses[Number(pointer.split('/')[2])]?.pointer ?? pointer,
          code,
        })),
      );
    }
  }
}
