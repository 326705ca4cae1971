// apps/cms-service/src/proof.ts
// @typescript-eslint/no-misused-promises: Expected non-Promise value in a boolean conditional
export async function act(isAllowed: () => Promise<boolean>): Promise<void> {
  if (isAllowed()) await Promise.resolve();
}
