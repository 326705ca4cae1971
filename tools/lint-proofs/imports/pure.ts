// libs/text/src/proof.ts
// no-restricted-imports: Texts and contracts are pure: they run anywhere.
import 'node:fs';
