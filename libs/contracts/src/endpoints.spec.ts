import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { apisIn } from './growth/promised-shapes.js';
import * as contracts from './index.js';
import {
  type Api,
  appNames,
  deadLettersApi,
  type Endpoint,
  isGateway,
  maximumSearchQuery,
  outboxApi,
  rootApi,
  roles,
} from './index.js';

const apis: Api[] = [
  ...apisIn(contracts),
  deadLettersApi('search-service'),
  outboxApi('search-service'),
  rootApi('discovery-gateway'),
];
const declared = apis.flatMap(({ app, base, endpoints }) =>
  Object.entries(endpoints).map(([name, endpoint]) => ({ app, base, name, endpoint, where: `${app} ${base} ${name}` })),
);
type Declared = (typeof declared)[number];

const wrong = (isWrong: (one: Declared) => boolean): string[] => declared.filter(isWrong).map(({ where }) => where);
const fieldsOf = (schema: z.ZodType | undefined): Record<string, z.ZodType> =>
  schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
const namesIn = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
const accepts = (schema: z.ZodType | undefined, value: unknown): boolean => schema?.safeParse(value).success === true;

/** Answers a part of something that may be long. */
const isPage = ({ returns }: Endpoint): boolean => 'next' in fieldsOf(returns);

/** Of gateways alone: no service answers it. */
const ofGateways = new Set(['getRoot']);
/** Lists that are short by nature, and so come whole. */
const wholeLists = new Set(['listCategories', 'listKeys']);
/** Makes something that has no address of its own: nobody reads an account but its owner. */
const withoutAddress = new Set(['createUser']);
/** Named by one word that is verb and noun, or by what they answer. */
const oneWord = new Set([
  'login',
  'search',
  'upload',
  'me',
  'suggest',
  'programReadiness',
  'episodeReadiness',
  'unreferencedVersions',
]);
const verbs = [
  'announce',
  'claim',
  'complete',
  'count',
  'create',
  'declare',
  'delete',
  'discard',
  'get',
  'import',
  'issue',
  'list',
  'patch',
  'publish',
  'put',
  'read',
  'replay',
  'retry',
  'rotate',
  'start',
  'unpublish',
];

describe('every endpoint', () => {
  it('belongs to one of the nine apps, and every app has endpoints', () => {
    expect(new Set(declared.map(({ app }) => app))).toEqual(new Set(appNames));
  });

  it('says who may call it', () => {
    expect(
      wrong(
        ({ endpoint }) =>
          endpoint.roles.length === 0 ||
          new Set(endpoint.roles).size !== endpoint.roles.length ||
          !endpoint.roles.every((role) => roles.includes(role)),
      ),
    ).toEqual([]);
  });

  it('is closed to services at a gateway', () => {
    expect(wrong(({ app, endpoint }) => isGateway(app) && endpoint.roles.includes('SERVICE'))).toEqual([]);
  });

  it('lets nobody in at a gateway whom the service of the same name refuses', () => {
    const services = declared.filter(({ app }) => !isGateway(app));
    const wider = declared.filter(({ app, name, endpoint }) => {
      const allowed = services
        .filter((one) => one.name === name && one.endpoint.returns === endpoint.returns)
        .flatMap((one) => one.endpoint.roles);
      return isGateway(app) && !ofGateways.has(name) && !endpoint.roles.every((role) => allowed.includes(role));
    });
    expect(wider.map(({ where }) => where)).toEqual([]);
  });

  it('is limited at a gateway where it changes something, searches or logs in', () => {
    const free = wrong(
      ({ app, name, endpoint }) =>
        isGateway(app) &&
        !endpoint.open &&
        endpoint.limit === undefined &&
        (endpoint.method !== 'GET' || name === 'search'),
    );
    expect(free).toEqual([]);
  });

  it('takes parameters it does not know where the public asks', () => {
    const strict = wrong(
      ({ app, endpoint: { query } }) =>
        app === 'discovery-gateway' && query?.safeParse({ q: '', unknown: '1' }).success !== true,
    );
    expect(strict).toEqual([]);
  });

  it('is open without a service token only where it is public', () => {
    expect(wrong(({ endpoint }) => endpoint.open === true && !endpoint.roles.includes('PUBLIC'))).toEqual([]);
  });

  it('is called by a verb and a noun', () => {
    const named = new RegExp(`^(?:${verbs.join('|')})[A-Z][A-Za-z]+$`);
    expect(wrong(({ name }) => !oneWord.has(name) && !named.test(name))).toEqual([]);
    expect([...oneWord].filter((name) => !declared.some((one) => one.name === name))).toEqual([]);
  });

  it('has an address of its own', () => {
    const addresses = declared.map(
      ({ app, base, endpoint }) => `${app} ${endpoint.method} ${base}${endpoint.path.replace(/:\w+/g, ':')}`,
    );
    expect(addresses.filter((address, index) => addresses.indexOf(address) !== index)).toEqual([]);
  });

  it('has a name of its own in its API, and one meaning for a name', () => {
    const methods = Map.groupBy(declared, ({ name }) => name);
    expect(
      [...methods]
        .filter(([, ones]) => new Set(ones.map(({ endpoint }) => endpoint.method)).size > 1)
        .map(([name]) => name),
    ).toEqual([]);
    const inApi = declared.map(({ app, base, name }) => `${app} ${base} ${name.toLowerCase()}`);
    expect(new Set(inApi).size).toBe(inApi.length);
  });

  it('is summed up in a line that begins with a capital and ends without a full stop', () => {
    expect(wrong(({ endpoint }) => !/^[A-Z][^\n]*[^.\s]$/.test(endpoint.summary))).toEqual([]);
  });

  it('declares the parameters of its path, and no others', () => {
    const differing = declared.filter(
      ({ endpoint }) => String(namesIn(endpoint.path).sort()) !== String(Object.keys(fieldsOf(endpoint.params)).sort()),
    );
    expect(differing.map(({ where }) => where)).toEqual([]);
  });
});

describe('methods and statuses', () => {
  it('keep GET and DELETE without a body', () => {
    expect(
      wrong(
        ({ endpoint }) =>
          ['GET', 'DELETE'].includes(endpoint.method) && (endpoint.body !== undefined || endpoint.bytes === 'in'),
      ),
    ).toEqual([]);
  });

  it('say that a call changes nothing only where it is a POST', () => {
    expect(wrong(({ endpoint }) => endpoint.safe === true && endpoint.method !== 'POST')).toEqual([]);
  });

  it('answer something unless they answer 204', () => {
    expect(
      wrong(
        ({ endpoint }) => endpoint.status !== undefined && endpoint.status !== 204 && endpoint.returns === undefined,
      ),
    ).toEqual([]);
    expect(wrong(({ endpoint }) => endpoint.status === 204 && endpoint.returns !== undefined)).toEqual([]);
  });

  it('answer 201 where something is created, with its address', () => {
    expect(wrong(({ name, endpoint }) => /^(?:create|declare)[A-Z]/.test(name) !== (endpoint.status === 201))).toEqual(
      [],
    );
    expect(
      wrong(
        ({ name, endpoint }) => endpoint.status === 201 && endpoint.location === undefined && !withoutAddress.has(name),
      ),
    ).toEqual([]);
  });
});

describe('versions and addresses', () => {
  it('give a new ETag wherever an answer follows an If-Match', () => {
    expect(
      wrong(({ endpoint }) => endpoint.ifMatch === true && endpoint.returns !== undefined && endpoint.etag !== true),
    ).toEqual([]);
  });

  it('take the ETag from a whole number called version', () => {
    expect(
      wrong(
        ({ endpoint }) =>
          endpoint.etag === true &&
          !(
            accepts(fieldsOf(endpoint.returns)['version'], 7) &&
            !accepts(fieldsOf(endpoint.returns)['version'], 'seven')
          ),
      ),
    ).toEqual([]);
  });

  it('let a version be read where it must be named', () => {
    const unreadable = declared.filter(({ app, endpoint }) => {
      const item = endpoint.path.replace(/^(\/\w+\/:\w+).*$/, '$1');
      return (
        endpoint.ifMatch === true &&
        !declared.some(
          (one) =>
            one.app === app &&
            one.endpoint.method === 'GET' &&
            one.endpoint.path === item &&
            one.endpoint.etag === true,
        )
      );
    });
    expect(unreadable.map(({ where }) => where)).toEqual([]);
  });

  it('make an address from fields of the answer, that leads to a GET of the same API', () => {
    const located = declared.filter(({ endpoint }) => endpoint.location !== undefined);
    const broken = located.filter(({ app, base, endpoint: { location = '', returns } }) => {
      const target = declared.find(
        (one) =>
          one.app === app && one.base === base && one.endpoint.method === 'GET' && one.endpoint.path === location,
      );
      return target === undefined || !namesIn(location).every((name) => name in fieldsOf(returns));
    });
    expect(located.length).toBeGreaterThan(0);
    expect(broken.map(({ where }) => where)).toEqual([]);
  });
});

describe('lists', () => {
  const positionOf = ({ query }: Endpoint) => fieldsOf(query)['cursor'] ?? fieldsOf(query)['after'];

  it('come in pages, unless they are short by nature', () => {
    expect(
      wrong(({ name, endpoint }) => /^list[A-Z]/.test(name) && !wholeLists.has(name) && !isPage(endpoint)),
    ).toEqual([]);
    expect(
      wrong(
        ({ endpoint }) => isPage(endpoint) && endpoint.method === 'GET' && !('items' in fieldsOf(endpoint.returns)),
      ),
    ).toEqual([]);
  });

  it('take a limit between 1 and at most 500, with a default', () => {
    const limitOf = ({ query }: Endpoint) => fieldsOf(query)['limit'];
    expect(
      wrong(
        ({ endpoint }) =>
          isPage(endpoint) && (!accepts(limitOf(endpoint), '1') || !accepts(limitOf(endpoint), undefined)),
      ),
    ).toEqual([]);
    expect(
      wrong(
        ({ endpoint }) =>
          isPage(endpoint) && ['0', '-1', '501', '1.5', 'all', ''].some((limit) => accepts(limitOf(endpoint), limit)),
      ),
    ).toEqual([]);
  });

  it('take a position that may be left out and is not endless', () => {
    expect(wrong(({ endpoint }) => isPage(endpoint) && !accepts(positionOf(endpoint), undefined))).toEqual([]);
    expect(wrong(({ endpoint }) => isPage(endpoint) && accepts(positionOf(endpoint), 'x'.repeat(1001)))).toEqual([]);
  });

  it('say where the next page begins, or that there is none', () => {
    expect(
      wrong(
        ({ endpoint }) =>
          isPage(endpoint) &&
          !(accepts(fieldsOf(endpoint.returns)['next'], null) && accepts(fieldsOf(endpoint.returns)['next'], 'cursor')),
      ),
    ).toEqual([]);
  });
});

describe('what is sent', () => {
  it('is refused by every editors’ endpoint when it holds a field nobody knows', () => {
    const lenient = wrong(({ app, endpoint }) => {
      const strict = [endpoint.body, app === 'cms-gateway' ? endpoint.query : undefined].filter(
        (schema) => schema instanceof z.ZodObject,
      );
      return strict.some(
        (schema) => !schema.safeParse({ unheardOf: 1 }).error?.issues.some(({ code }) => code === 'unrecognized_keys'),
      );
    });
    expect(lenient).toEqual([]);
  });

  it('is refused by a search when the question is too long', () => {
    const questions = declared
      .filter(({ name }) => name === 'search')
      .map(({ endpoint }) => fieldsOf(endpoint.query)['q']);
    expect(
      questions.map((q) => [
        accepts(q, 'ق'.repeat(maximumSearchQuery)),
        accepts(q, 'ق'.repeat(maximumSearchQuery + 1)),
      ]),
    ).toEqual(questions.map(() => [true, false]));
    expect(questions.length).toBe(3);
  });
});
