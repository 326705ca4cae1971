import type { Resource, ResourceProblem } from '@mediamesh/resilience';
import { eventually } from './eventually.js';

/** What a check says when the server did not answer in time. */
const late = /cannot be (?:asked|reached)|does not (?:answer|tell)|did not answer/;

/**
 * The problems of a resource whose server is up. A check waits two seconds at the most, and a server that others keep
 * busy may take longer: such an answer says nothing of the resource, and it is asked again. Where the server is really
 * away, call `check()` itself.
 *
 * `expect(await lookAt(table)).toEqual([])`
 */
export const lookAt = (resource: Pick<Resource, 'check'>): Promise<readonly ResourceProblem[]> =>
  eventually(
    () => resource.check(),
    (problems) => !problems.some(({ problem }) => late.test(problem)),
    'the server was asked in time',
  );
