// apps/cms-service/src/proof.ts
// @typescript-eslint/no-floating-promises: Promises must be awaited
export function act(work: () => Promise<void>): void {
  work();
}
