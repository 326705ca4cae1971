import { cmsServiceApi, type ImportedEpisode, Refusal } from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { Logger } from '@mediamesh/observability';
import { Injectable } from '@nestjs/common';
import { type Draft, leaveOut } from './fit-content.js';
import { callPatiently, isAway, waitOrStop } from './patience.js';
import { warningCode } from './warning-codes.js';

/** An episode to be stored. */
export interface Outgoing {
  readonly key: string;
  readonly content: Draft;
}

export interface Sent extends ImportedEpisode {
  /** Whether it was not refused but not heard: the same again may succeed. */
  readonly isPassing: boolean;
}

export interface Batch {
  readonly sourceId: string;
  readonly programId: string;
  readonly publish: boolean;
}

/** The longest one batch may take, in milliseconds. */
const deadlineMs = 15_000;

/** Hands episodes to cms-service, and finds out which of a batch it is that cannot be stored. */
@Injectable()
export class EpisodeSender {
  private readonly cms: Client<typeof cmsServiceApi>;

  constructor(
    clients: Clients,
    private readonly logger: Logger,
  ) {
    this.cms = clients.of(cmsServiceApi, { asService: true, deadlineMs });
  }

  /**
   * Results by key, one for each item. A field that cms-service refuses is left out and the item sent once more.
   * @throws Refusal when cms-service is away for all of them, or the program is gone.
   */
  async send(batch: Batch, items: readonly Outgoing[], stop: AbortSignal): Promise<Map<string, Sent>> {
    const results = byKey(await this.sendAll(batch, items, stop));
    const mended = items.flatMap(({ key, content }) => {
      const { outcome, errors } = results.get(key)!;
      const { content: fitted, notes } = leaveOut(
        content,
        errors.map(({ pointer }) => pointer),
      );
      return outcome === 'failed' && notes.length > 0 ? [{ key, content: fitted, notes }] : [];
    });
    if (mended.length === 0) return results;
    const notesOf = new Map(mended.map(({ key, notes }) => [key, notes.map((note) => warningCode('item', note))]));
    const again = await this.sendAll(
      batch,
      mended.map(({ key, content }) => ({ key, content })),
      stop,
    );
    for (const result of again)
      results.set(
        result.key,
        result.outcome === 'failed' ? result : { ...result, codes: [...result.codes, ...notesOf.get(result.key)!] },
      );
    return results;
  }

  private async sendAll(batch: Batch, items: readonly Outgoing[], stop: AbortSignal): Promise<Sent[]> {
    try {
      return await callPatiently(() => this.call(batch, items), stop);
    } catch (error) {
      if (!isTheItems(error)) throw error;
      this.logger.warn('A batch could not be stored; it is sent in parts', {
        sourceId: batch.sourceId,
        items: items.length,
        error,
      });
      const results = await this.bisect(batch, items, error, stop);
      if (results.every(({ isPassing }) => isPassing)) throw error;
      return results;
    }
  }

  /** Halves a batch that fails until what fails stands alone. */
  private async bisect(batch: Batch, items: readonly Outgoing[], error: Refusal, stop: AbortSignal): Promise<Sent[]> {
    if (items.length === 1) return [failure(items[0]!.key, error)];
    const middle = Math.ceil(items.length / 2);
    const results: Sent[] = [];
    for (const half of [items.slice(0, middle), items.slice(middle)]) {
      try {
        results.push(...(await waitOrStop(this.call(batch, half), stop)));
      } catch (inner) {
        if (!isTheItems(inner)) throw inner;
        results.push(...(await this.bisect(batch, half, inner, stop)));
      }
    }
    return results;
  }

  private async call({ sourceId, programId, publish }: Batch, items: readonly Outgoing[]): Promise<Sent[]> {
    const { results } = await this.cms.importEpisodes({
      params: { id: sourceId },
      body: { programId, publish, items: [...items] },
    });
    const answered = byKey(results);
    return items.map(({ key }) => ({
      ...(answered.get(key) ?? {
        key,
        outcome: 'failed',
        episodeId: null,
        published: false,
        codes: ['item.not_stored'],
        errors: [],
      }),
      isPassing: false,
    }));
  }
}

/** Whether one of the items may be the reason: the whole was refused as it is, or nobody could make an answer of it. */
const isTheItems = (error: unknown): error is Refusal =>
  isAway(error) ||
  (error instanceof Refusal && (error.kind === 'invalid' || error.kind === 'tooLarge' || error.kind === 'malformed'));

function failure(key: string, error: Refusal): Sent {
  const isPassing = isAway(error);
  return {
    key,
    outcome: 'failed',
    episodeId: null,
    published: false,
    codes: [isPassing ? 'item.not_stored' : (error.errors[0]?.code ?? error.code)],
    errors: [],
    isPassing,
  };
}

const byKey = <T extends { readonly key: string }>(results: readonly T[]): Map<string, T> =>
  new Map(results.map((result) => [result.key, result]));
