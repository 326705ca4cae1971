// apps/cms-service/src/proof.spec.ts
// no-restricted-syntax: All tests run.
import { it } from '@jest/globals';

it.only('hides all other tests', () => undefined);
