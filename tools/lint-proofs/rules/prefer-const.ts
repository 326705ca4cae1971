// apps/cms-service/src/proof.ts
// prefer-const: 'one' is never reassigned
export function count(): number {
  let one = 1;
  return one;
}
