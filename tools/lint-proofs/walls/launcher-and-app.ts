// apps/all-in-one/src/proof.ts
// @nx/enforce-module-boundaries: Imports of apps are forbidden
import '@mediamesh/apps/cms-service';
