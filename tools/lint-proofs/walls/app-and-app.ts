// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: Imports of apps are forbidden
import '@mediamesh/apps/metadata-service';
