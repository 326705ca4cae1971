import {
  cmsServiceApi,
  type ImportedProgram,
  metadataServiceApi,
  type ProgramContent,
  Refusal,
} from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { Injectable } from '@nestjs/common';
import type { SourceProgram } from '../sources/source-content.js';
import { leaveOut } from './fit-content.js';
import { callPatiently } from './patience.js';
import { requireProgramContent, toProgramContent } from './program-content.js';
import { warningCode } from './warning-codes.js';

/** The source's key of its program; items have keys of another form. */
export const programKey = 'program';

/** Which program a source's content goes to, and whether it is published there. */
export interface ProgramTarget {
  readonly sourceId: string;
  /** The program an editor named; null for one that the source makes. */
  readonly programId: string | null;
  readonly publish: boolean;
}

/** Hands a source's program to cms-service. */
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
   * @throws Refusal
   */
  async send(
    target: ProgramTarget,
    said: SourceProgram,
    language: string,
    stop: AbortSignal,
  ): Promise<ImportedProgram> {
    const { items: categories } = await callPatiently(() => this.metadata.listCategories({}), stop);
    const { content, codes } = toProgramContent(said, language, categories);
    try {
      return withCodes(codes, await this.put(target, content, stop));
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'invalid') throw error;
      const pointers = error.errors.map(({ pointer }) => pointer.replace(/^\/content(?=\/)/, ''));
      const { content: mended, notes } = leaveOut(content, pointers);
      if (notes.length === 0) throw error;
      const program = await this.put(target, requireProgramContent(mended), stop);
      return withCodes([...codes, ...notes.map((note) => warningCode('feed', note))], program);
    }
  }

  private put(
    { sourceId, programId, publish }: ProgramTarget,
    content: ProgramContent,
    stop: AbortSignal,
  ): Promise<ImportedProgram> {
    const body = { key: programKey, ...(programId !== null && { programId }), content, publish };
    return callPatiently(() => this.cms.importProgram({ params: { id: sourceId }, body }), stop);
  }
}

const withCodes = (codes: readonly string[], program: ImportedProgram): ImportedProgram => ({
  ...program,
  codes: [...codes, ...program.codes],
});
