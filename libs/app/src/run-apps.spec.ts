import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { defineApp } from './define-app.js';
import { chooseApps } from './run-apps.js';

const secret = 'x'.repeat(32);

describe('a process', () => {
  it('that meets a bug stops in order and says that it failed, so that it is started again', async () => {
    const hooks = join(import.meta.dirname, '../../outbox/src/fixtures/swc-hooks.mjs');
    const environment = {
      EVENT_BUS: 'kafka',
      KAFKA_BROKERS: '127.0.0.1:1',
      MIGRATE: 'off',
      LOG_LEVEL: 'silent',
      CURSOR_SECRETS: secret,
    };
    const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
      execFile(
        process.execPath,
        ['--import', hooks, join(import.meta.dirname, 'fixtures/failing-process.ts')],
        { env: environment },
        (error, _, stderr) => resolve({ code: error?.code ?? 0, said: stderr }),
      );
    });
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringContaining('Unexpected: Error: nobody foresaw this'),
    });
  });

  it('that hosts only some apps without a broker is told everything else that is wrong too', () => {
    const app = defineApp({
      apis: [],
      controllers: [],
      config: {},
      providers: () => [],
      name: 'cms-service',
      database: 'cms',
    });
    for (const line of [
      'would hear nothing',
      'CURSOR_SECRETS: is required',
      'SERVICE_SECRET_CMS_SERVICE: is required',
      'CMS_DATABASE_URL: is required',
    ])
      expect(() => chooseApps([app], {})).toThrow(line);
  });
});
