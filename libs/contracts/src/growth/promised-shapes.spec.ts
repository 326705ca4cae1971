import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as contracts from '../index.js';
import { listBreaks } from './breaks.js';
import { apisIn, type JsonSchema, listPromisedShapes } from './promised-shapes.js';

const folder = join(import.meta.dirname, '../../samples/schemas');
const suffix = '.schema.json';
const shapes = listPromisedShapes(contracts);
const keptNames = readdirSync(folder).map((file) => file.slice(0, -suffix.length));

describe.each(shapes.map((shape) => [shape.name, shape] as const))(
  'the promised shape %s',
  (name, { reader, schema }) => {
    const kept = JSON.parse(readFileSync(join(folder, `${name}${suffix}`), 'utf8')) as JsonSchema;

    it('has only grown since its schema was kept', () => {
      expect(listBreaks(reader, kept, schema)).toEqual([]);
    });

    it('would be missed if a field of it were gone', () => {
      const [field] = Object.keys(schema.properties ?? {});
      const { [field ?? '']: _, ...properties } = schema.properties ?? {};
      expect(listBreaks(reader, kept, { ...schema, properties })).toContain(`${field} is gone`);
    });
  },
);

describe('the promised shapes', () => {
  it('still hold everything that was ever promised', () => {
    expect(keptNames.filter((name) => !shapes.some((shape) => shape.name === name))).toEqual([]);
  });

  it('hold every event and every gateway once', () => {
    const names = shapes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.endsWith('.answers'))).toEqual([
      'cms-gateway.answers',
      'discovery-gateway.answers',
    ]);
    expect(names).toEqual(
      expect.arrayContaining(['content.published.v1', 'discovery.catalogue_changed.v1', 'auth.user.registered.v1']),
    );
  });

  it('name each address of a gateway', () => {
    for (const { app, base, endpoints } of apisIn(contracts).filter((api) => contracts.isGateway(api.app))) {
      const answers = shapes.find(({ name }) => name === `${app}.answers`)?.schema.properties ?? {};
      for (const { method, path } of Object.values(endpoints))
        expect(Object.keys(answers)).toContain(`${method} ${base}${path}`);
    }
  });
});
