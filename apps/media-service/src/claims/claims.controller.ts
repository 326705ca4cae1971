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

  /**
   * All of them or none. The assets are locked, so that one that becomes ready at this moment either is answered as
   * ready or names the new owner in its event.
   */
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
