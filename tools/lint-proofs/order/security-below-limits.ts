// libs/security/src/proof.ts
// @nx/enforce-module-boundaries: Circular dependency between "security" and "limits" | A project tagged with "name:security" can only
import '@mediamesh/limits';
