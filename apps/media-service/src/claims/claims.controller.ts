import { type Asset, type Input, invalid, mediaServiceApi } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Database } from '@mediamesh/postgres';
import { Controller } from '@nestjs/common';
import { toAsset } from '../assets/asset.js';
import { AssetsRepository } from '../assets/assets.repository.js';
import { ClaimsRepository } from '../assets/claims.repository.js';

type Media = Endpoints<typeof mediaServiceApi>;

@Controller()
export class ClaimsController {
  constructor(
    private readonly database: Database,
    private readonly assets: AssetsRepository,
    private readonly claims: ClaimsRepository,
  ) {}

  /** Claims all or none. Row locks: an asset that becomes ready is returned as ready, or its event names the owner. */
  @Implements(mediaServiceApi, 'claimAssets')
  async claim(@In() { body: { ownerId, assetIds } }: Input<Media['claimAssets']>): Promise<{ assets: Asset[] }> {
    return this.database.transaction(async (tx) => {
      const found = new Map((await this.assets.findManyForClaim(tx, assetIds)).map((asset) => [asset.id, asset]));
      const unknown = assetIds.flatMap((id, index) =>
        found.has(id) ? [] : [{ pointer: `/assetIds/${index}`, code: 'asset.not_found' as const }],
      );
      if (unknown.length > 0) throw invalid(...unknown);
      await this.claims.put(tx, ownerId, [...found.keys()]);
      return { assets: [...new Set(assetIds)].flatMap((id) => found.get(id) ?? []).map(toAsset) };
    });
  }
}
