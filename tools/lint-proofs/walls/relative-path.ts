// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: Projects cannot be imported by a relative or absolute path
import '../../../libs/http/src/index.js';
