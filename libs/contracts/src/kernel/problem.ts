import { z } from 'zod';

const values = z.record(z.string(), z.union([z.string(), z.number()])).optional();

/** What a caller reads of a problem (RFC 9457). Codes are any text: the answer may be of a newer version. */
const ReceivedProblem = z.object({
  code: z.string(),
  detail: z.string().optional(),
  errors: z
    .array(z.object({ pointer: z.string(), code: z.string(), message: z.string().optional(), values }))
    .default([]),
  values,
});
export type ReceivedProblem = z.output<typeof ReceivedProblem>;

/** The problem that the text of an answer is; `undefined` for any other text. */
export function readProblem(text: string): ReceivedProblem | undefined {
  try {
    return ReceivedProblem.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // no JSON
  }
}
