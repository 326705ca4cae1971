import { type FieldError, invalid, type MetadataVersion, metadataServiceApi, unavailable } from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { Injectable } from '@nestjs/common';
import type { Content, Item, Kind } from '../items/item.js';

export interface ProposedVersion {
  readonly id: string;
  readonly kind: Kind;
  readonly subjectId: string;
  readonly content: unknown;
}

export type KeptVersion = { readonly content: Content } | { readonly errors: readonly FieldError[] };

/** What is said about items: kept by metadata-service, one version at a time. */
@Injectable()
export class Contents {
  private readonly metadata: Client<typeof metadataServiceApi>;

  constructor(clients: Clients) {
    this.metadata = clients.of(metadataServiceApi);
  }

  /**
   * The contents of versions, by id. One batched call, however many; a version that is missing there is a fault, not an
   * empty answer.
   */
  async read(ids: readonly string[]): Promise<Map<string, Content>> {
    if (ids.length === 0) return new Map();
    const { versions } = await this.metadata.readVersions({ body: { ids: [...new Set(ids)] } });
    const contents = new Map(versions.map((version: MetadataVersion) => [version.id, version.content as Content]));
    const missing = ids.find((id) => !contents.has(id));
    if (missing)
      throw unavailable('request.unavailable', {
        cause: new Error(`metadata-service does not know version ${missing}`),
      });
    return contents;
  }

  /** The working version of an item. */
  async working(item: Item): Promise<Content> {
    return (await this.read([item.workingVersionId])).get(item.workingVersionId) as Content;
  }

  /** Keeps a version as metadata-service cleans it; what it refuses is the same 422 with the same pointers. */
  async keep(version: ProposedVersion): Promise<Content> {
    const [kept] = await this.keepMany([version]);
    if (kept && 'content' in kept) return kept.content;
    throw invalid(...(kept?.errors ?? []));
  }

  /** The same for many, in their order, each with its own result. */
  async keepMany(versions: readonly ProposedVersion[]): Promise<KeptVersion[]> {
    if (versions.length === 0) return [];
    const { results } = await this.metadata.putVersions({ body: { versions: [...versions] } });
    return results.map((result) =>
      'version' in result ? { content: result.version.content as Content } : { errors: result.errors as FieldError[] },
    );
  }
}
