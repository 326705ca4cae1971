// apps/cms-service/src/proof.ts
// no-console: Unexpected console statement
// eslint-disable-next-line no-console
console.log('a comment switches nothing off');
