// apps/cms-service/src/proof.ts
// @typescript-eslint/switch-exhaustiveness-check: Switch is not exhaustive
export function nameOf(kind: 'program' | 'episode'): string {
  let name = '';
  switch (kind) {
    case 'program':
      name = 'Program';
      break;
  }
  return name;
}
