// libs/resilience/src/proof.ts
// @nx/enforce-module-boundaries: Circular dependency between "resilience" and "security" | A project tagged with "name:resilience" can only
import '@mediamesh/security';
