// apps/cms-service/src/proof.ts
// no-empty: Empty block statement
export function act(wanted: boolean): void {
  if (wanted) {
  }
}
