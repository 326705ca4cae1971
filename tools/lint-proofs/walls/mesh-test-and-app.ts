// apps/all-in-one/e2e/proof.e2e.spec.ts
// @nx/enforce-module-boundaries: Imports of apps are forbidden
import '@mediamesh/apps/cms-service';
