import {
  type Asset,
  EpisodeContent,
  type Input,
  mediaServiceApi,
  metadataServiceApi,
  type MetadataVersion,
  ProgramContent,
  type PutVersionsResult,
} from '@mediamesh/contracts';
import { fieldErrors } from '@mediamesh/http';
import { type Neighbour, stubNeighbour } from '@mediamesh/testing';

/** An action that a test runs once, while cms-service waits for another service. */
export class Meanwhile {
  private next: (() => Promise<unknown>) | undefined;

  /** Sets the action for the next call. */
  set(happens: () => Promise<unknown>): void {
    this.next = happens;
  }

  async happen(): Promise<void> {
    const next = this.next;
    this.next = undefined;
    await next?.();
  }
}

/** A metadata-service that keeps versions in memory and validates only their shape. */
export function stubMetadata({ putting, reading }: { putting?: Meanwhile; reading?: Meanwhile } = {}): Neighbour {
  const versions = new Map<string, MetadataVersion>();
  const put = ({ body }: Input<typeof metadataServiceApi.endpoints.putVersions>): PutVersionsResult => ({
    results: body.versions.map(({ content, ...version }) => {
      const parsed = (version.kind === 'program' ? ProgramContent : EpisodeContent).safeParse(content, {
        reportInput: true,
      });
      if (!parsed.success)
        return { errors: fieldErrors(parsed.error.issues).map(({ pointer, code }) => ({ pointer, code })) };
      const kept = { ...version, content: parsed.data } as MetadataVersion;
      versions.set(version.id, kept);
      return { version: kept };
    }),
  });
  return stubNeighbour(metadataServiceApi, {
    putVersions: async (input) => {
      await putting?.happen();
      return put(input);
    },
    readVersions: async ({ body }) => {
      await reading?.happen();
      return { versions: body.ids.flatMap((id) => versions.get(id) ?? []) };
    },
  });
}

/** A media-service with the given assets; `answered` runs after the assets are read and before the answer is sent. */
export function stubMedia(assets: Map<string, Asset> = new Map(), answered?: Meanwhile): Neighbour {
  const known = (ids: readonly string[]): Asset[] => ids.flatMap((id) => assets.get(id) ?? []);
  return stubNeighbour(mediaServiceApi, {
    readAssets: async ({ body }) => {
      const found = known(body.ids);
      await answered?.happen();
      return { assets: found };
    },
    claimAssets: ({ body }) => ({ assets: known(body.assetIds) }),
  });
}
