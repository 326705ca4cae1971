// apps/cms-service/src/proof.ts
// no-restricted-imports: SQLite belongs to search-service.
import 'node:sqlite';
