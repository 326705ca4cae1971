// apps/cms-service/src/proof.ts
// no-restricted-imports: A project is imported by its index, nothing deeper.
import '@mediamesh/http/src/client.js';
