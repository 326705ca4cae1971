// apps/cms-service/src/proof.ts
// @typescript-eslint/only-throw-error: Expected an error object to be thrown
export function act(): never {
  throw 'a text';
}
