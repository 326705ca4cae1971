import type { FastifyReply } from 'fastify';
import { sharedLanguage } from './answer-language.js';

/** Says the language of the answer where all of it is in one. */
export function sayLanguage(reply: FastifyReply, languages: readonly string[]): void {
  const language = sharedLanguage(languages);
  if (language !== undefined) reply.header('content-language', language);
}
