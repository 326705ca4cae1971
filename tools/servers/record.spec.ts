import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeRecord, nameForTests, readServerEnvironment, writeServerEnvironment } from './record.js';

describe('the environment of the servers', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mediamesh-environment-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is empty before the first start', () => {
    expect(readServerEnvironment(folder)).toEqual({ mesh: {}, test: {} });
  });

  it('has each address under the name that the tests read too, and no more', () => {
    expect(
      nameForTests({
        EVENT_BUS: 'kafka',
        KAFKA_BROKERS: 'a:1',
        S3_ENDPOINT: 'http://b',
        S3_BUCKET: 'mesh',
        S3_ACCESS_KEY_ID: 'k',
        S3_SECRET_ACCESS_KEY: 's',
      }),
    ).toEqual({
      TEST_KAFKA_BROKERS: 'a:1',
      TEST_S3_ENDPOINT: 'http://b',
      TEST_S3_ACCESS_KEY_ID: 'k',
      TEST_S3_SECRET_ACCESS_KEY: 's',
    });
  });

  it('forgets a server whose process has gone, and is for its owner only', async () => {
    await changeRecord(folder, 'redis', () => ({ ports: { server: 4000 }, pid: 2 ** 22 + 1, program: 'redis-server' }));
    writeFileSync(join(folder, 'environment.json'), '{"REDIS_URL":"redis://127.0.0.1:4000"}');
    await writeServerEnvironment(folder);
    expect(readServerEnvironment(folder).mesh).toEqual({});
    expect(statSync(join(folder, 'environment.json')).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(folder, 'servers.json'), 'utf8'))).toMatchObject({
      redis: { ports: { server: 4000 } },
    });
  });

  it('says what to do when the record is damaged', async () => {
    writeFileSync(join(folder, 'servers.json'), '{"redis":');
    await expect(writeServerEnvironment(folder)).rejects.toThrow(/servers\.json is damaged: remove it/);
  });
});
