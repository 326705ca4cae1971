import {
  cmsServiceApi,
  type ImportedProgram,
  metadataServiceApi,
  type ProgramContent,
  Refusal,
} from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { Injectable } from '@nestjs/common';
import type { ParsedFeed } from '../sources/source-content.js';
import { leaveOut } from './fit-content.js';
import { callPatiently } from './patience.js';
import { requireProgramContent, toProgramContent } from './program-content.js';
import { programKey } from '../runs/run-records.repository.js';
import type { RunSource } from '../runs/run-sources.repository.js';
import { warningCode } from './warning-codes.js';

/** Hands a feed's program to cms-service. */
@Injectable()
export class ProgramSender {
  private readonly cms: Client<typeof cmsServiceApi>;
  private readonly metadata: Client<typeof metadataServiceApi>;

  constructor(clients: Clients) {
    this.cms = clients.of(cmsServiceApi, { asService: true, deadlineMs: 10_000 });
    this.metadata = clients.of(metadataServiceApi, { asService: true });
  }

  /**
   * The program with a code for all that was left out. A field that cms-service refuses is left out and the program
   * sent once more.
   * @throws Refusal, RunFailure
   */
  async send(source: RunSource, feed: ParsedFeed, language: string, stop: AbortSignal): Promise<ImportedProgram> {
    const { items: categories } = await callPatiently(() => this.metadata.listCategories({}), stop);
    const { content, codes } = toProgramContent(feed, language, categories);
    const publish = source.publish === 'when_ready';
    const put = (said: ProgramContent): Promise<ImportedProgram> =>
      callPatiently(
        () =>
          this.cms.importProgram({
            params: { id: source.id },
            body: {
              key: programKey,
              ...(source.givenProgramId !== null && { programId: source.givenProgramId }),
              content: said,
              publish,
            },
          }),
        stop,
      );
    try {
      const program = await put(content);
      return { ...program, codes: [...codes, ...program.codes] };
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'invalid') throw error;
      const { content: mended, notes } = leaveOut(
        content,
        error.errors.map(({ pointer }) => pointer.replace(/^\/content(?=\/)/, '')),
      );
      if (notes.length === 0) throw error;
      const program = await put(requireProgramContent(mended));
      return { ...program, codes: [...codes, ...notes.map((note) => warningCode('feed', note)), ...program.codes] };
    }
  }
}
