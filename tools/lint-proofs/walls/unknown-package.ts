// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: Only packages defined in the "package.json" can be imported
import 'yargs';
