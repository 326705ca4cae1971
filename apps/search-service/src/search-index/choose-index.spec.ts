import { expect, it } from '@jest/globals';
import { examineApps } from '@mediamesh/app';
import { searchService } from '../index.js';

it.each([
  ['OPENSEARCH_USERNAME', 'OPENSEARCH_PASSWORD'],
  ['OPENSEARCH_PASSWORD', 'OPENSEARCH_USERNAME'],
])('%s alone is a mistake of the configuration, whichever index is chosen', async (given, lacking) => {
  const findings = await examineApps([searchService], { [given]: 'hush' });
  expect(findings.map(({ problem }) => problem)).toContain(`${lacking}: is required with ${given}`);
  expect(JSON.stringify(findings)).not.toContain('hush');
});
