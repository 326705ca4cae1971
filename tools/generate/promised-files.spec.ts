import { describe, expect, it } from '@jest/globals';
import { listBrokenPromises, writePromisedFiles } from './promised-files.js';

const files = new Map(writePromisedFiles());
const pathOf = (name: string): string => `libs/contracts/samples/schemas/${name}.schema.json`;
const textOf = (name: string): string => files.get(pathOf(name)) ?? '';

describe('the schemas others rely on', () => {
  it('may be written again as they are', () => {
    for (const [path, text] of files) expect(listBrokenPromises(path, text)).toEqual([]);
    expect(textOf('content.published.v1')).toContain('PublicDocument');
  });

  it('may be written where they only grew', () => {
    const { properties, ...kept } = JSON.parse(textOf('cms-gateway.answers')) as { properties: Record<string, object> };
    const { 'GET /api/v1/auth/me': _, ...fewer } = properties;
    expect(Object.keys(fewer).length).toBe(Object.keys(properties).length - 1);
    expect(listBrokenPromises(pathOf('cms-gateway.answers'), JSON.stringify({ ...kept, properties: fewer }))).toEqual(
      [],
    );
  });

  it('may not be written where something is taken back', () => {
    const kept = textOf('auth.user.registered.v1').replace(
      '"properties": {',
      '"properties": { "nickname": { "type": "string" },',
    );
    expect(listBrokenPromises(pathOf('auth.user.registered.v1'), kept)).toEqual(['nickname is gone']);
  });

  it('are no concern of other files', () => {
    expect(listBrokenPromises('.env.example', 'PORT=1')).toEqual([]);
  });
});
