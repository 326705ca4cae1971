// apps/cms-service/src/proof.ts
// @typescript-eslint/no-explicit-any: Unexpected any
export const id = (value: any): string => String(value);
