import { conflict, type Language } from '@mediamesh/contracts';
import { retryRaces } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { DraftsService } from '../drafts/drafts.service.js';
import type { Draft, Item, ItemKind } from '../items/item.js';
import { type Basis, PublicationService, readinessOf } from './publication.service.js';
import { publish, unpublish } from './publishing.js';
import type { LanguageReadiness } from './readiness.js';

export interface Action {
  readonly languages?: readonly Language[] | undefined;
  /** The version the caller read; `undefined` accepts any. */
  readonly ifMatch?: number | undefined;
}

const notReady = { program: 'program.not_ready', episode: 'episode.not_ready' } as const;

@Injectable()
export class PublishingService {
  constructor(
    private readonly drafts: DraftsService,
    private readonly publication: PublicationService,
  ) {}

  publish<K extends ItemKind>(kind: K, id: string, { languages, ifMatch }: Action): Promise<Draft<K>> {
    return this.change(kind, id, ifMatch, (draft, basis) => {
      refuseUnready(draft, readinessOf(draft, basis), languages);
      return publish(draft.item, draft.content, languages, new Date());
    });
  }

  unpublish<K extends ItemKind>(kind: K, id: string, { languages, ifMatch }: Action): Promise<Draft<K>> {
    return this.change(kind, id, ifMatch, ({ item }) => unpublish(item, languages, new Date()));
  }

  async readiness(kind: ItemKind, id: string): Promise<Record<Language, LanguageReadiness>> {
    const draft = await this.drafts.get(kind, id);
    return readinessOf(draft, await this.publication.read([draft]));
  }

  /** Reads, decides, builds and commits; retries when a version or a revision has changed meanwhile. */
  private change<K extends ItemKind>(
    kind: K,
    id: string,
    ifMatch: number | undefined,
    decide: (draft: Draft, basis: Basis) => Item,
  ): Promise<Draft<K>> {
    return retryRaces(async () => {
      const draft = await this.drafts.get(kind, id, ifMatch);
      const basis = await this.publication.read([draft]);
      const after = decide(draft, basis);
      const documents = await this.publication.build([after], basis);
      await this.publication.commit({ changed: [{ before: draft.item, after }], documents });
      return { ...draft, item: after };
    });
  }
}

/** 409 with everything that blocks the given languages, or else the default language. */
function refuseUnready(
  { kind, content }: Draft,
  readiness: Record<Language, LanguageReadiness>,
  languages: readonly Language[] = [content.defaultLanguage],
): void {
  const blocking = languages.flatMap((language) => readiness[language]?.blocking ?? []);
  if (blocking.length === 0) return;
  const byPlace = new Map(blocking.map((finding) => [`${finding.pointer} ${finding.code}`, finding]));
  throw conflict(notReady[kind], { errors: [...byPlace.values()] });
}
