import type { Resource, ResourceProblem } from '@mediamesh/resilience';
import { eventually } from './eventually.js';

/** What a check reports when the server did not answer in time. */
const late = /cannot be (?:asked|reached)|does not (?:answer|tell)|did not answer/;

/**
 * The problems of a resource whose server is up. A check times out after two seconds, which a busy server may exceed,
 * so a timeout is retried. When the server may be down, call `check()` instead.
 *
 * `expect(await lookAt(table)).toEqual([])`
 */
export const lookAt = (resource: Pick<Resource, 'check'>): Promise<readonly ResourceProblem[]> =>
  eventually(
    () => resource.check(),
    (problems) => !problems.some(({ problem }) => late.test(problem)),
    'the server was asked in time',
  );
