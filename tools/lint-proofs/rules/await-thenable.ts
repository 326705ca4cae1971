// apps/cms-service/src/proof.ts
// @typescript-eslint/await-thenable: Unexpected `await` of a non-Promise
export const one = await Promise.resolve(await 1);
