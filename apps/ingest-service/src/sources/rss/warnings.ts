import { truncate } from '@mediamesh/text';
import type { SourceWarning } from '../source-content.js';

export type Warn = (code: string, detail?: string) => void;

export function collectWarnings(): { warnings: SourceWarning[]; warn: Warn } {
  const warnings: SourceWarning[] = [];
  return {
    warnings,
    warn: (code, detail) => warnings.push(detail === undefined ? { code } : { code, detail: truncate(detail, 200) }),
  };
}
