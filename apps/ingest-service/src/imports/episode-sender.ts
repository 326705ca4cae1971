import { cmsServiceApi, type ErrorCode, type ImportedEpisode, Refusal } from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { Logger } from '@mediamesh/observability';
import { isAway, pauseUnlessStopped } from '@mediamesh/resilience';
import { Injectable } from '@nestjs/common';
import { type Draft, leaveOut } from './fit-content.js';
import { callPatiently, waitOrStop } from './patience.js';
import { warningCode } from './warning-codes.js';

export interface EpisodeDraft {
  readonly key: string;
  readonly content: Draft;
}

export interface EpisodeResult extends ImportedEpisode {
  /** Whether cms-service was away, so that the same content may succeed next time. */
  readonly isPassing: boolean;
}

export interface EpisodeTarget {
  readonly sourceId: string;
  readonly programId: string;
  readonly publish: boolean;
}

/** Per batch. */
const deadlineMs = 15_000;
/** How often one bisection waits for the circuit breaker, which its own failures can open. */
const maximumPauses = 10;

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
   * When cms-service refuses fields of an episode, the episode is sent again without them.
   * @throws Refusal when cms-service is away for all drafts, or the program does not exist
   */
  async send(
    target: EpisodeTarget,
    drafts: readonly EpisodeDraft[],
    stop: AbortSignal,
  ): Promise<Map<string, EpisodeResult>> {
    const results = byKey(await this.sendBatch(target, drafts, stop));
    const mended = drafts.flatMap(({ key, content }) => {
      const { outcome, errors } = results.get(key)!;
      if (outcome !== 'failed') return [];
      const fitted = leaveOut(
        content,
        errors.map(({ pointer }) => pointer),
      );
      return fitted.notes.length > 0 ? { key, ...fitted } : [];
    });
    if (mended.length === 0) return results;
    const notesOf = byKey(mended);
    const again = await this.sendBatch(
      target,
      mended.map(({ key, content }) => ({ key, content })),
      stop,
    );
    for (const result of again) {
      const codes = notesOf.get(result.key)!.notes.map((note) => warningCode('item', note));
      results.set(result.key, result.outcome === 'failed' ? result : { ...result, codes: [...result.codes, ...codes] });
    }
    return results;
  }

  private async sendBatch(
    target: EpisodeTarget,
    drafts: readonly EpisodeDraft[],
    stop: AbortSignal,
  ): Promise<EpisodeResult[]> {
    try {
      return await callPatiently(() => this.call(target, drafts), stop);
    } catch (error) {
      if (!mayBeOneEpisode(error)) throw error;
      const fields = { sourceId: target.sourceId, episodes: drafts.length, error };
      this.logger.warn('A batch of episodes could not be stored; it is sent in parts', fields);
      const results = await this.bisect(target, drafts, error, { stop, pauses: maximumPauses });
      if (results.every(({ isPassing }) => isPassing)) throw error;
      return results;
    }
  }

  private async bisect(
    target: EpisodeTarget,
    drafts: readonly EpisodeDraft[],
    error: Refusal,
    search: { readonly stop: AbortSignal; pauses: number },
  ): Promise<EpisodeResult[]> {
    if (drafts.length === 1) return [failureOf(drafts[0]!.key, error)];
    const middle = Math.ceil(drafts.length / 2);
    const results: EpisodeResult[] = [];
    for (const half of [drafts.slice(0, middle), drafts.slice(middle)]) {
      try {
        results.push(...(await this.callPart(target, half, search)));
      } catch (inner) {
        if (!mayBeOneEpisode(inner)) throw inner;
        results.push(...(await this.bisect(target, half, inner, search)));
      }
    }
    return results;
  }

  /** Waits out an open circuit breaker: it may be open because of earlier parts and says nothing about this one. */
  private async callPart(
    target: EpisodeTarget,
    drafts: readonly EpisodeDraft[],
    search: { readonly stop: AbortSignal; pauses: number },
  ): Promise<EpisodeResult[]> {
    for (;;) {
      try {
        return await waitOrStop(this.call(target, drafts), search.stop);
      } catch (error) {
        const seconds = error instanceof Refusal ? error.options.retryAfter : undefined;
        if (seconds === undefined || search.pauses === 0) throw error;
        search.pauses -= 1;
        await pauseUnlessStopped(seconds * 1_000, search.stop);
      }
    }
  }

  private async call(target: EpisodeTarget, drafts: readonly EpisodeDraft[]): Promise<EpisodeResult[]> {
    const { sourceId, ...program } = target;
    const body = { ...program, items: [...drafts] };
    const { results } = await this.cms.importEpisodes({ params: { id: sourceId }, body });
    const answered = byKey(results);
    return drafts.map(({ key }) => ({ ...(answered.get(key) ?? failed(key, 'item.not_stored')), isPassing: false }));
  }
}

/** Whether a single episode may have failed the batch: the content was refused, or cms-service gave no answer. */
const mayBeOneEpisode = (error: unknown): error is Refusal =>
  isAway(error) || (error instanceof Refusal && ['invalid', 'tooLarge', 'malformed'].includes(error.kind));

function failureOf(key: string, error: Refusal): EpisodeResult {
  const isPassing = isAway(error);
  return { ...failed(key, isPassing ? 'item.not_stored' : (error.errors[0]?.code ?? error.code)), isPassing };
}

const failed = (key: string, code: ErrorCode): ImportedEpisode => ({
  key,
  outcome: 'failed',
  episodeId: null,
  published: false,
  codes: [code],
  errors: [],
});

const byKey = <T extends { readonly key: string }>(results: readonly T[]): Map<string, T> =>
  new Map(results.map((result) => [result.key, result]));
