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

/** The key of a source's program. Item keys have a prefix, so they differ. */
export const programKey = 'program';

export interface ProgramTarget {
  readonly sourceId: string;
  /** The program an editor chose; null when the import creates it. */
  readonly programId: string | null;
  readonly publish: boolean;
}

@Injectable()
export class ProgramSender {
  private readonly cms: Client<typeof cmsServiceApi>;
  private readonly metadata: Client<typeof metadataServiceApi>;

  constructor(clients: Clients) {
    this.cms = clients.of(cmsServiceApi, { asService: true, deadlineMs: 10_000 });
    this.metadata = clients.of(metadataServiceApi, { asService: true });
  }

  /** When fields are refused, the program is sent again without them, with a code for each. @throws Refusal */
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
