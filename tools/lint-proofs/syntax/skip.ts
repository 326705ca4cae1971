// apps/cms-service/src/proof.spec.ts
// no-restricted-syntax: A test is skipped only by a function of libs/testing, which prints the reason.
import { it } from '@jest/globals';

it.skip('is never run, and nobody knows why', () => undefined);
