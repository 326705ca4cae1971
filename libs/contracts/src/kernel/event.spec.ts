import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineEvent, Envelope, tellInVersions } from './event.js';

const first = defineEvent('content.renamed', {
  version: 1,
  topic: 'content.events',
  payload: z.object({ name: z.string() }),
  subject: ({ name }) => name,
});
const second = defineEvent('content.renamed', {
  version: 2,
  topic: 'content.events',
  payload: z.object({ names: z.array(z.string()) }),
  subject: ({ names }) => names[0] ?? '',
  former: { event: first, write: ({ names }) => ({ name: names[0] }) },
});
const third = defineEvent('content.renamed', {
  version: 3,
  topic: 'content.events',
  payload: z.object({ title: z.string() }),
  subject: ({ title }) => title,
  former: { event: second, write: ({ title }) => ({ names: [title] }) },
});

describe('an event with a former version', () => {
  it('is told in all of them, the oldest first', () => {
    expect(tellInVersions(third, { title: 'قهوة' }).map(({ event, payload }) => [event.version, payload])).toEqual([
      [1, { name: 'قهوة' }],
      [2, { names: ['قهوة'] }],
      [3, { title: 'قهوة' }],
    ]);
    expect(tellInVersions(first, { name: 'a' })).toEqual([{ event: first, payload: { name: 'a' } }]);
  });

  it('is not told at all when the former version does not allow what is written for it', () => {
    expect(() => tellInVersions(second, { names: [] })).toThrow(z.ZodError);
  });

  it.each([
    ['a newer one', { ...first, version: 4 }],
    ['itself', { ...first, version: 2 }],
    ['another event', { ...first, type: 'content.created' }],
    ['one on another topic', { ...first, topic: 'media.events' as const }],
  ])('is refused with %s', (_, event) => {
    const { version, topic, payload, subject } = second;
    expect(() =>
      defineEvent('content.renamed', {
        version,
        topic,
        payload,
        subject: (names) => subject(names),
        former: { event, write: () => ({}) },
      }),
    ).toThrow('an older version of it');
  });

  it('says in its envelope in which versions it is told', () => {
    const versions = Envelope.shape.versions;
    expect(['1,2', '3', undefined].map((value) => versions.safeParse(value).success)).toEqual([true, true, true]);
    expect(['', 'v1', '1, 2', '1,', '-1'].map((value) => versions.safeParse(value).success)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
