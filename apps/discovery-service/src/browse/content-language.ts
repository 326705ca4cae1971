import type { FastifyReply } from 'fastify';
import { sharedLanguage } from './answer-language.js';

/** Sets `content-language` if all items are in one language. */
export function sayLanguage(reply: FastifyReply, items: readonly { readonly language: string }[]): void {
  const language = sharedLanguage(items.map((item) => item.language));
  if (language !== undefined) reply.header('content-language', language);
}
