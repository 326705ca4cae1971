// libs/text/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:text" is not allowed to import "zod"
import 'zod';
