import { type FieldError, invalid, metadataServiceApi, unavailable } from '@mediamesh/contracts';
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

/** What is said about items: kept by metadata-service, one version at a time. */
@Injectable()
export class Contents {
  private readonly metadata: Client<typeof metadataServiceApi>;

  constructor(clients: Clients) {
    this.metadata = clients.of(metadataServiceApi);
  }

  /**
   * Versions by id, in one call, however many. One that metadata-service does not know is a fault (503), not an empty
   * answer.
   */
  async read(ids: readonly string[]): Promise<Map<string, Version>> {
    if (ids.length === 0) return new Map();
    const { versions } = await this.metadata.readVersions({ body: { ids: [...new Set(ids)] } });
    const byId = new Map(versions.map((version) => [version.id, version]));
    const missing = ids.find((id) => !byId.has(id));
    if (missing) throw unknownVersion(missing);
    return byId;
  }

  /** Items of one kind with their working versions, in one call. */
  async drafts<K extends ItemKind>(kind: K, items: readonly Item[]): Promise<Draft<K>[]> {
    const versions = await this.read(items.map(({ workingVersionId }) => workingVersionId));
    return items.map((item) => ({
      ...expectKind(kind, item.workingVersionId, versions.get(item.workingVersionId)),
      item,
    }));
  }

  /** Keeps a version as metadata-service cleans it; what it refuses is the same 422 with the same pointers. */
  async keep<K extends ItemKind>(proposed: ProposedVersion<K>): Promise<Version<K>> {
    const [kept] = await this.keepMany(proposed.kind, [proposed]);
    if (!kept || 'errors' in kept) throw invalid(...(kept?.errors ?? []));
    return kept.version;
  }

  /** The same for many of one kind, in their order, each with its own result. */
  async keepMany<K extends ItemKind>(kind: K, proposed: readonly ProposedVersion<K>[]): Promise<KeptVersion<K>[]> {
    if (proposed.length === 0) return [];
    const { results } = await this.metadata.putVersions({ body: { versions: [...proposed] } });
    return results.map((result) =>
      'version' in result
        ? { version: expectKind(kind, result.version.id, result.version) }
        : { errors: result.errors as FieldError[] },
    );
  }
}

function expectKind<K extends ItemKind>(kind: K, id: string, version: Version | undefined): Version<K> {
  if (!version || !isOfKind(version, kind)) throw unknownVersion(id);
  return version;
}

const unknownVersion = (id: string): Error =>
  unavailable('request.unavailable', { cause: new Error(`metadata-service does not know version ${id}`) });
