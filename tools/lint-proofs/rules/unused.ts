// apps/cms-service/src/proof.ts
// @typescript-eslint/no-unused-vars: 'one' is assigned a value but never used
const one = 1;
