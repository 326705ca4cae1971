import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@mediamesh/testing';
import { createLogger, type Fields } from './logger.js';

describe('a log line', () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });

  async function write(message: string, fields: Fields): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'mediamesh-log-'));
    folders.push(folder);
    const logger = createLogger({ app: 'cms-service', level: 'info', folder });
    logger.error(message, fields);
    await logger.flush();
    return eventually(
      () => readFile(join(folder, 'cms-service.log'), 'utf8'),
      (text) => text.endsWith('\n'),
      'the line is written',
    );
  }

  it('tells an error with its stack and its causes', async () => {
    const line = JSON.parse(
      await write('it failed', { error: new Error('outer', { cause: new TypeError('inner') }) }),
    ) as { error: { message: string; stack: string; cause: { type: string; message: string } } };
    expect(line).toMatchObject({
      app: 'cms-service',
      level: 'error',
      message: 'it failed',
      error: { message: 'outer', cause: { type: 'TypeError', message: 'inner' } },
    });
    expect(line.error.stack).toContain('logger.spec');
  });

  it.each<[string, object]>([
    ['the parameters of a statement', { query: 'insert into users values ($1)', parameters: ['hidden'] }],
    ['what the database says of a row', { detail: 'Failing row contains (hidden).', where: 'hidden' }],
    [
      'the headers of a call',
      { headers: { authorization: 'Bearer hidden' }, options: { headers: ['x-service-authorization', 'hidden'] } },
    ],
    ['the command of a store', { command: { name: 'auth', args: ['hidden'] } }],
    ['a body', { body: 'hidden', data: { password: 'hidden' } }],
  ])('never tells %s, also of an error deep inside', async (_, details) => {
    const inner = Object.assign(new Error('inner'), details);
    for (const error of [
      inner,
      new Error('outer', { cause: inner }),
      Object.assign(new Error('outer'), { driverError: inner }),
      new AggregateError([inner], 'several'),
    ]) {
      expect(await write('it failed', { error })).not.toContain('hidden');
    }
  });

  it('hides secrets by their names', async () => {
    expect(
      await write('x', { token: 'hidden', caller: { password: 'hidden', authorization: 'hidden' } }),
    ).not.toContain('hidden');
  });
});
