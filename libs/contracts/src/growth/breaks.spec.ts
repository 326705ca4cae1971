import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { listBreaks } from './breaks.js';
import type { JsonSchema, Reader } from './promised-shapes.js';

const Localized = z.object({ title: z.string(), slug: z.string().optional() });
const fields = {
  id: z.string().max(40),
  status: z.enum(['draft', 'published']),
  season: z.int().nullable(),
  note: z.string().optional(),
  tags: z.array(z.string()),
  localizations: z.record(z.string(), Localized),
  file: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('audio'), seconds: z.int() }),
    z.object({ kind: z.literal('video'), width: z.int() }),
  ]),
};
const { id, note, ...others } = fields;

/** As events (what is accepted) and answers (what is given) are written. */
const write = (schema: z.ZodType, reader: Reader): JsonSchema =>
  z.toJSONSchema(schema, { io: reader === 'consumer' ? 'input' : 'output' }) as JsonSchema;
const breaksOf = (reader: Reader, after: z.ZodType, before: z.ZodType = z.object(fields)) =>
  listBreaks(reader, write(before, reader), write(after, reader));

/** What changes, the shape after it, and what a consumer and a caller trip over. */
const cases: readonly (readonly [
  change: string,
  after: z.ZodType,
  consumer: readonly string[],
  caller: readonly string[],
])[] = [
  ['nothing changes', z.object(fields), [], []],
  ['fields change places', z.object({ note, ...others, id }), [], []],
  ['a description is added', z.object({ ...fields, id: id.meta({ description: 'A UUID' }) }), [], []],
  [
    'a shape gets a name',
    z.object({ ...fields, localizations: z.record(z.string(), Localized.meta({ id: 'Localized' })) }),
    [],
    [],
  ],
  ['an optional field is added', z.object({ ...fields, mood: z.string().optional() }), [], []],
  [
    'an optional field is added deep inside',
    z.object({ ...fields, localizations: z.record(z.string(), Localized.extend({ subtitle: z.string().optional() })) }),
    [],
    [],
  ],
  ['a field with a default is added', z.object({ ...fields, mood: z.string().default('calm') }), [], []],

  ['a field is removed', z.object({ id, ...others }), ['note is gone'], ['note is gone']],
  [
    'a field is renamed',
    z.object({ ...others, note, key: id }),
    ['id is gone', 'key is new and required'],
    ['id is gone'],
  ],
  [
    'a field deep inside is removed',
    z.object({ ...fields, localizations: z.record(z.string(), Localized.omit({ slug: true })) }),
    ['localizations.*.slug is gone'],
    ['localizations.*.slug is gone'],
  ],
  ['a needed field is added', z.object({ ...fields, mood: z.string() }), ['mood is new and required'], []],
  ['an optional field becomes needed', z.object({ ...fields, note: z.string() }), ['note is now required'], []],
  [
    'a field becomes optional',
    z.object({ ...fields, id: id.optional() }),
    ['id may now be missing'],
    ['id may now be missing'],
  ],

  [
    'a type changes',
    z.object({ ...fields, id: z.int() }),
    ['id was string and is now integer'],
    ['id was string and is now integer'],
  ],
  ['a field may be null', z.object({ ...fields, id: id.nullable() }), ['id may now be null'], ['id may now be null']],
  [
    'a field may no longer be null',
    z.object({ ...fields, season: z.int() }),
    ['season can no longer be null'],
    ['season can no longer be null'],
  ],
  [
    'a field may be of a further type',
    z.object({ ...fields, season: z.union([z.int(), z.null(), z.string()]) }),
    ['season may now be string'],
    ['season may now be string'],
  ],
  [
    'the entries of a list change',
    z.object({ ...fields, tags: z.array(z.int()) }),
    ['tags[] was string and is now integer'],
    ['tags[] was string and is now integer'],
  ],
  [
    'a list becomes one value',
    z.object({ ...fields, tags: z.string() }),
    ['tags was array and is now string'],
    ['tags was array and is now string'],
  ],
  [
    'a limit is narrowed',
    z.object({ ...fields, id: z.string().max(36) }),
    ['id: maxLength was 40 and is now 36'],
    ['id: maxLength was 40 and is now 36'],
  ],
  [
    'a limit is new',
    z.object({ ...fields, note: z.string().min(1).optional() }),
    ['note: minLength was not limited and is now 1'],
    ['note: minLength was not limited and is now 1'],
  ],
  [
    'a limit is gone',
    z.object({ ...fields, id: z.string() }),
    ['id: maxLength was 40 and is now not limited'],
    ['id: maxLength was 40 and is now not limited'],
  ],

  [
    'a value is removed',
    z.object({ ...fields, status: z.enum(['draft']) }),
    ['status can no longer be published'],
    ['status can no longer be published'],
  ],
  [
    'a value is added',
    z.object({ ...fields, status: z.enum(['draft', 'published', 'unpublished']) }),
    ['status may now be unpublished'],
    [],
  ],
  [
    'a text becomes a closed list',
    z.object({ ...fields, id: z.enum(['a', 'b']) }),
    ['id is now limited to ["a","b"]', 'id: maxLength was 40 and is now not limited'],
    ['id is now limited to ["a","b"]', 'id: maxLength was 40 and is now not limited'],
  ],
  [
    'a closed list becomes a text',
    z.object({ ...fields, status: z.string() }),
    ['status is no longer limited to ["draft","published"]'],
    ['status is no longer limited to ["draft","published"]'],
  ],

  [
    'a kind is added',
    z.object({
      ...fields,
      file: z.discriminatedUnion('kind', [...fields.file.options, z.object({ kind: z.literal('image') })]),
    }),
    ['file may now be kind image'],
    [],
  ],
  [
    'a kind is removed',
    z.object({ ...fields, file: fields.file.options[0] }),
    ['file can no longer be kind video'],
    ['file can no longer be kind video'],
  ],
  [
    'a kind loses a field',
    z.object({
      ...fields,
      file: z.discriminatedUnion('kind', [fields.file.options[0], z.object({ kind: z.literal('video') })]),
    }),
    ['file.width is gone'],
    ['file.width is gone'],
  ],
  [
    'the values of a map are gone',
    z.object({ ...fields, localizations: z.object({}) }),
    ['localizations.* is gone', 'localizations: propertyNames was {"type":"string"} and is now not limited'],
    ['localizations.* is gone', 'localizations: propertyNames was {"type":"string"} and is now not limited'],
  ],
  ['fields that are not known are refused', z.strictObject(fields), ['the whole refuses fields it does not know'], []],
];

describe('what breaks a reader', () => {
  it.each(cases)('knows for a consumer what it means that %s', (_, after, expected) => {
    expect(breaksOf('consumer', after)).toEqual(expected);
  });

  it.each(cases)('knows for a caller what it means that %s', (_, after, __, expected) => {
    expect(breaksOf('caller', after)).toEqual(expected);
  });

  it('lets an answer that promised nothing promise something, and never takes it back', () => {
    const [nothing, something] = [z.object({ answer: z.unknown() }), z.object({ answer: z.object({ id }) })];
    expect(breaksOf('caller', something, nothing)).toEqual([]);
    expect(breaksOf('caller', nothing, something)).toEqual(['answer was object and is now anything']);
    expect(breaksOf('consumer', something, nothing)).toEqual(['answer was anything and is now object']);
  });

  it('refuses a schema whose reference leads nowhere', () => {
    expect(() => listBreaks('caller', { $ref: '#/$defs/Gone' }, {})).toThrow('#/$defs/Gone leads nowhere');
  });
});
