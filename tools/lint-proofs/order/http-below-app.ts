// libs/http/src/proof.ts
// @nx/enforce-module-boundaries: Circular dependency between "http" and "app" | A project tagged with "name:http" can only
import '@mediamesh/app';
