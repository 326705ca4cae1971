// apps/cms-service/src/proof.ts
// no-var: Unexpected var
export function count(): number {
  var one = 1;
  one += 1;
  return one;
}
