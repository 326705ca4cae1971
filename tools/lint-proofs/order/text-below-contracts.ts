// libs/text/src/proof.ts
// @nx/enforce-module-boundaries: Circular dependency between "text" and "contracts" | A project tagged with "name:text" cannot
import '@mediamesh/contracts';
