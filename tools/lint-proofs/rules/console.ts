// apps/cms-service/src/proof.ts
// no-console: Unexpected console statement
console.log('hello');
