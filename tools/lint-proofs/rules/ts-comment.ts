// apps/cms-service/src/proof.ts
// @typescript-eslint/ban-ts-comment: Do not use "@ts-expect-error"
// @ts-expect-error: the compiler is right
export const one: string = 1;
