import { expect, it } from '@jest/globals';
import { examineApps } from '@mediamesh/app';
import { mediaService } from '../index.js';

it.each([
  ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ['S3_SECRET_ACCESS_KEY', 'S3_ACCESS_KEY_ID'],
])('%s alone is a mistake of the configuration, whichever store is chosen', async (given, lacking) => {
  const findings = await examineApps([mediaService], { [given]: 'hush' });
  expect(findings.map(({ problem }) => problem)).toContain(`${lacking}: is required with ${given}`);
  expect(JSON.stringify(findings)).not.toContain('hush');
});
