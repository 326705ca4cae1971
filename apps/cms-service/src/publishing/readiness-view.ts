import { type Language, messageOf, type Readiness } from '@mediamesh/contracts';
import { problemLanguage } from '@mediamesh/http';
import { currentContext } from '@mediamesh/observability';
import type { Finding, LanguageReadiness } from './readiness.js';

/** Readiness with messages in the language of the request. */
export function viewReadiness(readiness: Record<Language, LanguageReadiness>): Readiness {
  const speaks = problemLanguage(currentContext()?.acceptLanguage);
  const explain = (findings: readonly Finding[]) =>
    findings.map(({ code, pointer }) => ({ code, pointer, message: messageOf(code, speaks) }));
  const languages = Object.fromEntries(
    Object.entries(readiness).map(([language, { blocking, warnings }]) => [
      language,
      { ready: blocking.length === 0, blocking: explain(blocking), warnings: explain(warnings) },
    ]),
  );
  return { ready: Object.values(languages).some(({ ready }) => ready), languages };
}
