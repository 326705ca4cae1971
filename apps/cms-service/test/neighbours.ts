import { type Asset, EpisodeContent, mediaServiceApi, metadataServiceApi, type MetadataVersion, ProgramContent } from '@mediamesh/contracts';
import { fieldErrors } from '@mediamesh/http';
import { type Neighbour, stubNeighbour } from '@mediamesh/testing';

/** A metadata-service that keeps versions in memory, and checks them by the shapes alone. */
export function stubMetadata(): Neighbour {
  const versions = new Map<string, MetadataVersion>();
  return stubNeighbour(metadataServiceApi, {
    putVersions: ({ body }) => ({
      results: body.versions.map(({ content, ...version }) => {
        const parsed = (version.kind === 'program' ? ProgramContent : EpisodeContent).safeParse(content, { reportInput: true });
        if (!parsed.success) return { errors: fieldErrors(parsed.error.issues).map(({ pointer, code }) => ({ pointer, code })) };
        const kept = { ...version, content: parsed.data } as MetadataVersion;
        versions.set(version.id, kept);
        return { version: kept };
      }),
    }),
    readVersions: ({ body }) => ({ versions: body.ids.flatMap((id) => versions.get(id) ?? []) }),
  });
}

/** A media-service with the assets a test puts into it. */
export function stubMedia(assets: Map<string, Asset> = new Map()): Neighbour {
  const known = (ids: readonly string[]): Asset[] => ids.flatMap((id) => assets.get(id) ?? []);
  return stubNeighbour(mediaServiceApi, {
    readAssets: ({ body }) => ({ assets: known(body.ids) }),
    claimAssets: ({ body }) => ({ assets: known(body.assetIds) }),
  });
}
