import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { apisIn } from './growth/promised-shapes.js';
import * as contracts from './index.js';
import { type Api, deadLettersApi, isErrorCode, type NamedExamples, outboxApi, rootApi, tags } from './index.js';

const apis: Api[] = [
  ...apisIn(contracts),
  deadLettersApi('search-service'),
  outboxApi('search-service'),
  rootApi('discovery-gateway'),
];
const endpoints = apis.flatMap((api) =>
  Object.entries(api.endpoints).map(([name, endpoint]) => ({ where: `${api.app} ${name}`, endpoint })),
);
const examples = endpoints.flatMap(({ where, endpoint }) =>
  Object.entries(endpoint.examples ?? {}).map(([name, example]) => ({ where: `${where}, ${name}`, endpoint, example })),
);
const parts = ['params', 'query', 'body'] as const;
const isGiven = (example: NamedExamples[string], part: keyof NamedExamples[string]): boolean =>
  example[part] !== undefined;

/** A parameter that narrows a list, rather than its place or its length. */
const isFilter = (name: string): boolean => !['cursor', 'after', 'limit'].includes(name);

/** What a schema says of a value, also of fields it would pass over. */
const mistakesIn = (schema: z.ZodType | undefined, value: unknown): string[] => {
  if (!schema) return value === undefined ? [] : ['there is nothing to send here'];
  const strict = schema instanceof z.ZodObject ? schema.strict() : schema;
  return strict.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];
};

describe('the examples of endpoints', () => {
  it('are there for every endpoint, for each part it needs', () => {
    const lacking = endpoints.flatMap(({ where, endpoint }) => {
      const all = Object.values(endpoint.examples ?? {});
      const needed = [
        ...(endpoint.params ? ['params' as const] : []),
        ...(endpoint.body ? ['body' as const] : []),
        ...(endpoint.ifMatch ? ['ifMatch' as const] : []),
        ...(endpoint.returns ? ['answer' as const] : []),
      ];
      const isMissing = all.length === 0 || needed.some((part) => !all.every((example) => isGiven(example, part)));
      const isUnasked = endpoint.query && Object.keys(endpoint.query.shape).some(isFilter);
      return isMissing || (isUnasked && !all.some((example) => isGiven(example, 'query'))) ? [where] : [];
    });
    expect(lacking).toEqual([]);
  });

  it.each(parts)('send %s that the endpoint takes', (part) => {
    const wrong = examples.flatMap(({ where, endpoint, example }) => {
      const mayLack = part === 'query' || (part === 'body' && endpoint.bodyOptional);
      const value = example[part] ?? (part === 'query' && endpoint.query ? {} : undefined);
      const mistakes = value === undefined && mayLack ? [] : mistakesIn(endpoint[part], value);
      return mistakes.map((mistake) => `${where}: ${mistake}`);
    });
    expect(wrong).toEqual([]);
  });

  it('answer what the endpoint promises, and nothing else', () => {
    for (const { where, endpoint, example } of examples) {
      expect({ where, answer: endpoint.returns?.parse(example.answer) }).toEqual({ where, answer: example.answer });
      expect({ where, version: typeof (example.answer as { version?: unknown } | undefined)?.version }).toEqual({
        where,
        version: endpoint.etag ? 'number' : expect.any(String),
      });
    }
  });

  it('name no parameter that the first of an endpoint leaves out, because the page fills in each by itself', () => {
    const namesIn = ({ query }: NamedExamples[string]): string[] => Object.keys(query ?? {});
    const apart = endpoints.filter(({ endpoint }) => {
      const [first = {}, ...others] = Object.values(endpoint.examples ?? {});
      return others.some((other) => namesIn(other).some((name) => !namesIn(first).includes(name)));
    });
    expect(apart.map(({ where }) => where)).toEqual([]);
  });

  it('are in both scripts, wherever people read texts', () => {
    const oneScript = endpoints.filter(({ endpoint }) => {
      const said = JSON.stringify(endpoint.examples ?? {});
      return said.includes('"title"') && !(/\p{Script=Arabic}/u.test(said) && /[a-z]{3}[ <]/i.test(said));
    });
    expect(oneScript.map(({ where }) => where)).toEqual([]);
  });
});

describe('what the documentation needs of every endpoint', () => {
  it('is a noun that it is filed under, each with a sentence, each in use', () => {
    const used = new Set(endpoints.map(({ endpoint }) => endpoint.tag));
    expect(endpoints.filter(({ endpoint }) => endpoint.tag === undefined).map(({ where }) => where)).toEqual([]);
    expect([...used].sort()).toEqual(Object.keys(tags).sort());
    expect(Object.values(tags).filter((sentence) => !/^[A-Z].*\.$/.test(sentence))).toEqual([]);
  });

  it('is codes that exist', () => {
    const declared = endpoints.flatMap(({ where, endpoint }) =>
      Object.values(endpoint.errors ?? {}).flatMap((codes) => codes.map((code) => ({ where, code }))),
    );
    expect(declared.filter(({ code }) => !isErrorCode(code))).toEqual([]);
  });
});
