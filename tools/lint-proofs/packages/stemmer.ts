// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:text)$)/" is not allowed to import "stemmer"
import 'stemmer';
