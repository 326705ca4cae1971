// apps/cms-service/src/proof.ts
// no-restricted-imports: SQLite belongs to search-service, and to the lock of a mesh folder.
import 'node:sqlite';
