import { z } from 'zod';

const values = z.record(z.string(), z.union([z.string(), z.number()])).optional();

/** A problem (RFC 9457) as a caller reads it. Codes are any text: a newer version may have sent them. */
const ReceivedProblem = z.object({
  code: z.string(),
  detail: z.string().optional(),
  errors: z
    .array(z.object({ pointer: z.string(), code: z.string(), message: z.string().optional(), values }))
    .default([]),
  values,
});
export type ReceivedProblem = z.output<typeof ReceivedProblem>;

/** `undefined` if the text is not a problem. */
export function readProblem(text: string): ReceivedProblem | undefined {
  try {
    return ReceivedProblem.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // no JSON
  }
}
