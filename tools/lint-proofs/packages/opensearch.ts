// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:search-service)$)/" is not allowed to import "@opensearch-project/opensearch"
import '@opensearch-project/opensearch';
