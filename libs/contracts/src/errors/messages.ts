import { authMessages } from './auth.messages.js';
import { contentMessages } from './content.messages.js';
import { discoveryMessages } from './discovery.messages.js';
import { ingestMessages } from './ingest.messages.js';
import { mediaMessages } from './media.messages.js';
import { metadataMessages } from './metadata.messages.js';
import { operationsMessages } from './operations.messages.js';
import { requestMessages } from './request.messages.js';
import { searchMessages } from './search.messages.js';

/** `{name}` is replaced from the refusal's values. */
export interface Message {
  readonly en: string;
  readonly ar: string;
}

/** Every error code of the product; a code that is not here cannot be thrown. */
export const messages = {
  ...requestMessages,
  ...authMessages,
  ...contentMessages,
  ...metadataMessages,
  ...mediaMessages,
  ...ingestMessages,
  ...discoveryMessages,
  ...searchMessages,
  ...operationsMessages,
} as const satisfies Record<string, Message>;

export type ErrorCode = keyof typeof messages;

type Noun = ErrorCode extends infer C ? (C extends `${infer N}.${string}` ? N : never) : never;

/** The codes with these first parts. */
export const codesOf = (...nouns: readonly Noun[]): readonly ErrorCode[] =>
  Object.keys(messages)
    .filter(isErrorCode)
    .filter((code) => nouns.some((noun) => code.startsWith(`${noun}.`)));

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(messages, code);

export function messageOf(
  code: ErrorCode,
  language: 'ar' | 'en',
  values: Readonly<Record<string, string | number>> = {},
): string {
  return messages[code][language].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
